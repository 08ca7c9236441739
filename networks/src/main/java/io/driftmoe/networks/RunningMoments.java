// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Mean and variance of several quantities, each forgetting exponentially once it has seen enough.
 *
 * <p>The n-th value x of a quantity moves it at rate {@code r = max(1/n, minRate)}: {@code d = x -
 * mean; mean += r d; variance = (1 - r)(variance + r d²)}. While r = 1/n this is Welford's exact
 * recurrence for the population variance (Welford: Note on a method for calculating corrected sums
 * of squares and products, Technometrics 1962); afterwards the weight of a value halves every ln 2
 * / minRate values. From then on d is cut at ±20 standard deviations or at the largest |d| before,
 * whichever is more: a single wild value would else hide the others for many half-lives. The second
 * one is believed, so a rare value that comes again and a quantity that moved away count in full.
 * Values up to ±1e100 keep everything finite.
 */
public final class RunningMoments {
  private static final double MOST_DEVIATIONS = 20;

  private final double minRate;
  private final long[] counts;
  private final double[] means;
  private final double[] variances;

  /** Largest distance of a value from the mean so far, before it was cut. */
  private final double[] largest;

  // Derived from the variances, to spare a root and a division for each use.
  private final double[] inverseDeviations;

  /**
   * For quantities of which nothing has been seen.
   *
   * @param quantities how many, at least 1
   * @param minRate lowest rate, above 0, at most 1
   * @throws IllegalArgumentException when the rate is out of its range
   */
  public RunningMoments(int quantities, double minRate) {
    if (!(minRate > 0 && minRate <= 1)) {
      throw new IllegalArgumentException(
          "minRate must lie between 0 (exclusive) and 1, got " + minRate);
    }
    this.minRate = minRate;
    this.counts = new long[quantities];
    this.means = new double[quantities];
    this.variances = new double[quantities];
    this.largest = new double[quantities];
    this.inverseDeviations = new double[quantities];
  }

  /**
   * Takes one value in.
   *
   * @param quantity position, from 0
   * @param value finite, at most 1e100 in size
   */
  public void update(int quantity, double value) {
    double rate = Math.max(1.0 / ++counts[quantity], minRate);
    double delta = value - means[quantity];
    double size = Math.abs(delta);
    if (size > largest[quantity]) {
      double limit = MOST_DEVIATIONS * Math.sqrt(variances[quantity]);
      if (rate == minRate && size > limit && limit > 0) {
        delta = Math.copySign(Math.max(limit, largest[quantity]), delta);
      }
      largest[quantity] = size;
    }
    means[quantity] += rate * delta;
    variances[quantity] = (1 - rate) * (variances[quantity] + rate * delta * delta);
    derive(quantity);
  }

  double mean(int quantity) {
    return means[quantity];
  }

  /**
   * {@return 1 / standard deviation; 0 while the quantity has not varied}
   *
   * @param quantity position, from 0
   */
  public double inverseDeviation(int quantity) {
    return inverseDeviations[quantity];
  }

  private void derive(int quantity) {
    double variance = variances[quantity];
    inverseDeviations[quantity] = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  }

  /**
   * Writes the whole state.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    out.writeDouble(minRate);
    SnapshotArrays.writeLongs(out, counts);
    SnapshotArrays.writeDoubles(out, means);
    SnapshotArrays.writeDoubles(out, variances);
    SnapshotArrays.writeDoubles(out, largest);
  }

  /**
   * Replaces the whole state by what a snapshot holds.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated, of other sizes or of another rate
   */
  public void readSnapshot(DataInput in) throws IOException {
    double rate = in.readDouble();
    if (rate != minRate) {
      throw new IOException("snapshot has minRate %s, expected %s".formatted(rate, minRate));
    }
    SnapshotArrays.readLongs(in, counts);
    for (long count : counts) {
      if (count < 0) {
        throw new IOException("snapshot holds a count of %s values".formatted(count));
      }
    }
    double most = Double.MAX_VALUE;
    SnapshotArrays.readDoubles(in, means, -most, most, "means");
    SnapshotArrays.readDoubles(in, variances, 0, most, "variances");
    SnapshotArrays.readDoubles(in, largest, 0, most, "largest deviations");
    for (int q = 0; q < variances.length; q++) {
      derive(q);
    }
  }
}
