// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.OrdinaryRange;
import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Mean and variance of several quantities, each forgetting exponentially once it has seen enough.
 *
 * <p>The n-th value x of a quantity moves it at rate {@code r = max(1/n, minRate)}: {@code d = x -
 * mean; mean += r d; variance = (1 - r)(variance + r d²)}. While r = 1/n this is Welford's exact
 * recurrence for the population variance (Welford: Note on a method for calculating corrected sums
 * of squares and products, Technometrics 1962); afterwards the weight of a value halves every ln 2
 * / minRate values. A wild value counts as one just beyond the ordinary ones (see {@link
 * OrdinaryRange}): else it would hide the others for many half-lives; of more than 2,048 quantities
 * it does. Where one of the first values turns out wild, they are counted anew; where a quantity
 * has left the range that mean and deviation tell of, its latest values are. Values up to ±1e100
 * keep everything finite.
 */
public final class RunningMoments {
  private final double minRate;
  private final long[] counts;
  private final double[] means;
  private final double[] variances;

  /** Null before the first value; none at all where there are too many quantities. */
  private final @Nullable OrdinaryRange[] ranges;

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
    this.ranges = new OrdinaryRange[quantities > OrdinaryRange.MOST_COLUMNS ? 0 : quantities];
    this.inverseDeviations = new double[quantities];
  }

  /**
   * Takes one value in.
   *
   * @param quantity position, from 0
   * @param value finite, at most 1e100 in size
   * @return whether the values before turned out wild, so that all or the latest were counted anew
   */
  public boolean update(int quantity, double value) {
    if (ranges.length == 0) {
      move(quantity, value);
      derive(quantity);
      return false;
    }
    OrdinaryRange range = range(quantity);
    move(quantity, range.observe(value));
    boolean restated =
        range.takeRestated() && !range.fits(means[quantity], Math.sqrt(variances[quantity]));
    if (restated) {
      counts[quantity] = 0;
      means[quantity] = 0;
      variances[quantity] = 0;
      range.restate(counted -> move(quantity, counted));
    }
    derive(quantity);
    return restated;
  }

  /**
   * {@return what a value counts as: itself, or one just beyond the ordinary ones}
   *
   * @param quantity position, from 0
   * @param value any value
   */
  public double cut(int quantity, double value) {
    OrdinaryRange range = ranges.length == 0 ? null : ranges[quantity];
    return range == null ? value : range.cut(value);
  }

  private OrdinaryRange range(int quantity) {
    OrdinaryRange range = ranges[quantity];
    if (range == null) {
      range = new OrdinaryRange();
      ranges[quantity] = range;
    }
    return range;
  }

  private void move(int quantity, double value) {
    double rate = Math.max(1.0 / ++counts[quantity], minRate);
    double delta = value - means[quantity];
    means[quantity] += rate * delta;
    variances[quantity] = (1 - rate) * (variances[quantity] + rate * delta * delta);
  }

  /**
   * {@return the mean; 0 before the first value}
   *
   * @param quantity position, from 0
   */
  public double mean(int quantity) {
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
    for (OrdinaryRange range : ranges) {
      out.writeBoolean(range != null);
      if (range != null) {
        range.writeTo(out);
      }
    }
  }

  /**
   * Replaces the whole state by what a snapshot holds.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated, of other sizes or of another rate
   */
  public void readSnapshot(DataInput in) throws IOException {
    readMoments(in);
    for (int q = 0; q < ranges.length; q++) {
      ranges[q] = null;
      if (in.readBoolean()) {
        range(q).readFrom(in);
      }
    }
  }

  /**
   * Replaces the whole state by what a snapshot from before there were ranges holds; they begin
   * with the next values.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when the bytes are truncated, of other sizes or of another rate
   */
  public void readWithoutRanges(DataInput in) throws IOException {
    readMoments(in);
    SnapshotArrays.readDoubles(
        in, new double[means.length], 0, Double.MAX_VALUE, "largest deviations");
    for (int q = 0; q < ranges.length; q++) {
      ranges[q] = null;
      if (counts[q] > 0) {
        range(q).continueOthers();
      }
    }
  }

  private void readMoments(DataInput in) throws IOException {
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
    for (int q = 0; q < variances.length; q++) {
      derive(q);
    }
  }
}
