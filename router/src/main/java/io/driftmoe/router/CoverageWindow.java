// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** How often the latest prediction sets held the true class, and how large they were. */
final class CoverageWindow {
  private static final int FIRST_LENGTH = 16;

  private final int most;

  /**
   * Of each set twice its size, and 1 more where it held the true class; a ring once it is full.
   */
  private int[] sets;

  private int size;
  private int next;
  private int held;
  private long classes;

  /**
   * @param most how many sets are counted
   */
  CoverageWindow(int most) {
    this.most = most;
    this.sets = new int[Math.min(most, FIRST_LENGTH)];
  }

  void add(int setSize, boolean holds) {
    add(2 * setSize + (holds ? 1 : 0));
  }

  private void add(int set) {
    if (size == most) {
      count(sets[next], -1);
    } else if (size == sets.length) {
      sets = Arrays.copyOf(sets, Math.min(most, 2 * size));
    }
    sets[next] = set;
    count(set, 1);
    next = next + 1 == most ? 0 : next + 1;
  }

  private void count(int set, int sign) {
    size += sign;
    held += sign * (set & 1);
    classes += sign * (set >> 1);
  }

  PredictionSets.Coverage coverage() {
    double n = Math.max(1, size);
    return new PredictionSets.Coverage(size, 100 * (held / n), classes / n);
  }

  void writeTo(DataOutput out) throws IOException {
    int[] ordered = new int[size];
    for (int i = 0; i < size; i++) {
      ordered[i] = sets[(next + most - size + i) % most];
    }
    SnapshotArrays.writeInts(out, ordered);
  }

  /**
   * Reads what {@link #writeTo} wrote, into a window that is empty. One that is shorter keeps the
   * newest.
   *
   * @param largest number of classes
   * @throws IOException when the input ends, or a set has another size
   */
  void readFrom(DataInput in, int largest) throws IOException {
    int[] ordered = SnapshotArrays.readInts(in);
    for (int set : ordered) {
      if (set < 0 || set > 2 * largest + 1 || set == 1) {
        throw new IOException("snapshot counts a prediction set as " + set);
      }
    }
    for (int i = Math.max(0, ordered.length - most); i < ordered.length; i++) {
      add(ordered[i]);
    }
  }
}
