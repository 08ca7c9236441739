// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The latest numbers of a sequence, and their quantiles. A number takes a time that grows with the
 * length of the window, which moves in one piece.
 */
final class RecentScores {
  private static final int FIRST_LENGTH = 16;

  private final int most;

  /** In the order they came, a ring once the window is full. */
  private double[] ring;

  private double[] sorted;
  private int size;
  private int next;

  /**
   * @param most how many numbers are kept
   */
  RecentScores(int most) {
    this.most = most;
    int length = Math.min(most, FIRST_LENGTH);
    ring = new double[length];
    sorted = new double[length];
  }

  int size() {
    return size;
  }

  /** Takes a number; one that is none counts as 0. */
  void add(double score) {
    double number = Double.isNaN(score) ? 0 : score + 0.0; // no negative zero
    if (size == most) {
      int oldest = below(ring[next]);
      System.arraycopy(sorted, oldest + 1, sorted, oldest, size - 1 - oldest);
      size--;
    } else if (size == ring.length) {
      int length = Math.min(most, 2 * size);
      ring = Arrays.copyOf(ring, length);
      sorted = Arrays.copyOf(sorted, length);
    }
    int place = below(number);
    System.arraycopy(sorted, place, sorted, place + 1, size - place);
    sorted[place] = number;
    ring[next] = number;
    size++;
    next = next + 1 == most ? 0 : next + 1;
  }

  /** How many are smaller. */
  private int below(double number) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * A bound that so large a share of the numbers does not reach. Where equal numbers, or only one,
   * lie on it, they reach it or not by the draw, so that the share is right on average.
   *
   * @param share from 0 to 1
   * @param draw from 0 (inclusive) to 1, uniform
   * @return negative infinity for a share of 0, positive infinity for 1
   */
  double bound(double share, double draw) {
    int place = (int) (share * size);
    if (share <= 0 || size == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (place >= size) {
      return Double.POSITIVE_INFINITY;
    }
    double number = sorted[place];
    int first = below(number);
    double next = Math.nextUp(number);
    int equal = below(next) - first;
    return draw * equal < share * size - first ? next : number;
  }

  /** Writes the numbers in the order they came. */
  void writeTo(DataOutput out) throws IOException {
    double[] ordered = new double[size];
    for (int i = 0; i < size; i++) {
      ordered[i] = ring[(next + most - size + i) % most];
    }
    SnapshotArrays.writeDoubles(out, ordered);
  }

  /**
   * Reads what {@link #writeTo} wrote, into a window that is empty.
   *
   * @throws IOException when the input ends, there are more than the window holds, or one is no
   *     probability
   */
  void readFrom(DataInput in) throws IOException {
    double[] ordered = SnapshotArrays.readDoubles(in);
    if (ordered.length > most) {
      throw new IOException(
          "snapshot holds %s recent scores, expected at most %s".formatted(ordered.length, most));
    }
    for (double score : ordered) {
      if (!FailureGuard.isProbability(score)) {
        throw new IOException("snapshot holds a score of " + score);
      }
    }
    for (double score : ordered) {
      add(score);
    }
  }
}
