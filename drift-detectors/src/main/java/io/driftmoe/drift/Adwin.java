// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ADWIN: keeps the longest window of recent observations whose mean shows no change, and reports
 * {@link DriftLevel#DRIFT} whenever it had to drop old ones. It has no warning level; for one, run
 * a second detector with a larger delta. A change in either direction counts, see {@link
 * #errorRose()}.
 *
 * <p>Every 32 observations the window, once longer than 10, is cut in two at each bucket boundary.
 * The two parts, of n0 and n1 observations with means u0 and u1, differ when
 *
 * <pre>
 * |u0 - u1| &gt; sqrt(2 m v d) + 2/3 m d,   d = ln(2 ln(n) / delta),   m = 1/(n0 - 4) + 1/(n1 - 4)
 * </pre>
 *
 * where n is the length and v the variance of the window and n0 and n1 are at least 7. Then the
 * oldest bucket goes and the search starts again. The bound holds for observations from 0 to 1;
 * other finite values are accepted. Memory grows with the logarithm of the window.
 *
 * <p>Bifet, Gavaldà: Learning from time-changing data with adaptive windowing, SDM 2007. Constants
 * and results, bit for bit, are those of MOA 2024.07.0's ADWIN; but in windows of more than some
 * 100,000 observations products of MOA's int counters overflow and spoil its variance, which does
 * not happen here.
 *
 * <pre>
 * Adwin adwin = new Adwin(0.002);
 * // update(0) 1,000 times, then update(1): the 24th 1 (observation 1,024) gives DRIFT,
 * // and leaves width() == 56 and mean() == 24 / 56.0
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class Adwin implements DriftDetector {
  private static final int TAG = 'A' << 24 | 'D' << 16 | 'W' << 8 | 'N';

  private static final int CLOCK = 32;
  private static final int MIN_WINDOW = 10;
  private static final int MIN_PART = 5;
  private static final int MAX_BUCKETS = 5;
  private static final int FULL = MAX_BUCKETS + 1;
  private static final int MAX_ROWS = 60;

  // How far rounding may move both sides of a comparison: four digits more than it can.
  private static final double TOLERANCE = 1e-12;
  private static final double MARGIN = 1 - 1e-6;

  /*
   * An exponential histogram: row r holds up to five buckets (six for a moment) of 2^r observations
   * each, and the rows grow older with r. A row is a ring of eight places: its k-th oldest bucket is
   * at 8 r + (heads[r] + k) mod 8. Memory grows with the logarithm of the window: 20 rows for five
   * million observations.
   */
  private final double delta;
  private int[] heads = new int[4];
  private int[] counts = new int[4];
  private double[] sums = new double[4 << 3];
  private double[] deviations = new double[4 << 3];
  private int rows = 1;

  private int clock;
  private long width;
  private double total;
  private double deviation;
  private boolean errorRose;

  /** Of the latest update; no part of a snapshot. */
  private @Nullable AdwinCut cut;

  // d of some window, not longer than this one: see mayDiffer. Follows from the rest.
  private long windowOfD = Long.MAX_VALUE;
  private double dAtMost;

  /**
   * A detector with an empty window.
   *
   * @param delta probability of a false alarm at one search, greater than 0 and less than 1; 0.002
   *     is usual
   */
  public Adwin(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be greater than 0 and less than 1: " + delta);
    }
    this.delta = delta;
  }

  /** {@inheritDoc} */
  @Override
  public DriftLevel update(double error) {
    if (!Double.isFinite(error)) {
      throw new IllegalArgumentException("error must be finite, got " + error);
    }
    cut = null;
    if (clock != CLOCK - 1) {
      clock++;
      insert(error);
      errorRose = false;
      return DriftLevel.STABLE;
    }
    clock = 0;
    double meanBefore = mean();
    insert(error);
    boolean changed = width > MIN_WINDOW && shrink();
    errorRose = changed && mean() > meanBefore;
    return changed ? DriftLevel.DRIFT : DriftLevel.STABLE;
  }

  /** {@return the mean of the window, 0 when it is empty} */
  public double mean() {
    return width == 0 ? 0 : total / width;
  }

  /** {@return the number of observations in the window} */
  public long width() {
    return width;
  }

  /** {@return the probability of a false alarm at one search} */
  public double delta() {
    return delta;
  }

  /** Whether the latest update found a change and the mean of the window grew with it. */
  @Override
  public boolean errorRose() {
    return errorRose;
  }

  /** {@return where the latest update found a change; empty where it found none} */
  public Optional<AdwinCut> cut() {
    return Optional.ofNullable(cut);
  }

  private void insert(double value) {
    long before = width++;
    append(0, value, 0);
    if (before > 0) {
      double difference = value - total / before;
      deviation += before * difference * difference / width;
    }
    total += value;
    if (counts[0] == FULL) {
      compress();
    }
  }

  private void append(int row, double sum, double squaredDeviations) {
    int bucket = bucket(row, counts[row]++);
    sums[bucket] = sum;
    deviations[bucket] = squaredDeviations;
  }

  private int bucket(int row, int k) {
    return row << 3 | (heads[row] + k & 7);
  }

  /** Merges the two oldest buckets of each full row into one of the next row. */
  private void compress() {
    double size = 1;
    double inverse = 1; // a power of two: to multiply by it is to divide by size, to the last bit
    for (int row = 0; counts[row] == FULL; row++) {
      if (row + 1 == rows) {
        addRow();
      }
      int oldest = bucket(row, 0);
      int next = bucket(row, 1);
      double difference = sums[oldest] * inverse - sums[next] * inverse;
      double between = size * size * difference * difference * (inverse / 2);
      append(row + 1, sums[oldest] + sums[next], deviations[oldest] + deviations[next] + between);
      removeOldest(row, 2);
      size *= 2;
      inverse /= 2;
    }
  }

  private void addRow() {
    if (rows == counts.length) {
      heads = Arrays.copyOf(heads, 2 * rows);
      counts = Arrays.copyOf(counts, 2 * rows);
      sums = Arrays.copyOf(sums, 2 * rows << 3);
      deviations = Arrays.copyOf(deviations, 2 * rows << 3);
    }
    counts[rows++] = 0;
  }

  private void removeOldest(int row, int buckets) {
    heads[row] = heads[row] + buckets & 7;
    counts[row] -= buckets;
  }

  private boolean shrink() {
    boolean changed = false;
    while (mayDiffer() && partsDiffer()) {
      if (!changed) {
        cut = clearestCut();
      }
      dropOldestBucket();
      changed = true;
    }
    return changed;
  }

  /**
   * Whether {@link #partsDiffer} can be true, without the logarithms, roots and divisions that it
   * takes: most searches end here.
   *
   * <p>As m is at least n / (n0 n1), the difference times n0 n1 must exceed a + b with a^2 = 2 n v
   * d n0 n1 and b = 2/3 n d, so its square must exceed a^2 + b^2. A d that is too small is safe,
   * and d grows with n.
   */
  private boolean mayDiffer() {
    if (width < windowOfD || width > 2 * windowOfD) {
      windowOfD = width;
      dAtMost = d();
    }
    double n = width;
    double b = 2.0 / 3 * n * dAtMost;
    double ofB = MARGIN * b * b;
    double ofA = MARGIN * 2 * deviation * dAtMost;
    double n0 = 0;
    double sum0 = 0;
    for (int row = rows - 1; row >= 0; row--) {
      double size = size(row);
      for (int k = 0; k < counts[row]; k++) {
        n0 += size;
        sum0 += sums[bucket(row, k)];
        double n1 = n - n0;
        if (n1 <= MIN_PART + 1) {
          return false;
        }
        double left = sum0 * n;
        double right = total * n0;
        double difference = Math.abs(left - right) + TOLERANCE * (Math.abs(left) + Math.abs(right));
        if (n0 > MIN_PART + 1 && !(difference * difference < ofA * n0 * n1 + ofB)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of all places to cut the window at, the one with the least delta. */
  private @Nullable AdwinCut clearestCut() {
    double variance = deviation / width;
    double most = -1;
    long n0 = 0;
    double sum0 = 0;
    long best = 0;
    double sumOfBest = 0;
    for (int row = rows - 1; row >= 0; row--) {
      for (int k = 0; k < counts[row]; k++) {
        n0 += size(row);
        sum0 += sums[bucket(row, k)];
        long n1 = width - n0;
        if (n0 > MIN_PART + 1 && n1 > MIN_PART + 1) {
          double d = dOf(n0, sum0 / n0, n1, (total - sum0) / n1, variance);
          if (d > most) {
            most = d;
            best = n0;
            sumOfBest = sum0;
          }
        }
      }
    }
    if (best == 0) {
      return null;
    }
    long since = width - best;
    return new AdwinCut(
        best,
        sumOfBest / best,
        since,
        (total - sumOfBest) / since,
        Math.min(1, 2 * StrictMath.log(width) * StrictMath.exp(-most)));
  }

  /** The d at which the bound for two parts equals the difference of their means. */
  private static double dOf(long n0, double mean0, long n1, double mean1, double variance) {
    double m = 1.0 / (n0 - MIN_PART + 1) + 1.0 / (n1 - MIN_PART + 1);
    double linear = Math.sqrt(2 * m * variance);
    double square = 2.0 / 3 * m;
    double root =
        (Math.sqrt(linear * linear + 4 * square * Math.abs(mean0 - mean1)) - linear) / (2 * square);
    return root * root;
  }

  private double d() {
    // StrictMath: the same decision on every platform.
    return StrictMath.log(2 * StrictMath.log(width) / delta);
  }

  private boolean partsDiffer() {
    double d = d();
    double variance = deviation / width;
    long n0 = 0;
    long n1 = width;
    double sum0 = 0;
    double sum1 = total;
    for (int row = rows - 1; row >= 0; row--) {
      for (int k = 0; k < counts[row]; k++) {
        double sum = sums[bucket(row, k)];
        n0 += size(row);
        n1 -= size(row);
        sum0 += sum;
        sum1 -= sum;
        if (n0 > MIN_PART + 1 && n1 > MIN_PART + 1) {
          double m = 1.0 / (n0 - MIN_PART + 1) + 1.0 / (n1 - MIN_PART + 1);
          double bound = Math.sqrt(2 * m * variance * d) + 2.0 / 3 * d * m;
          if (Math.abs(sum0 / n0 - sum1 / n1) > bound) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void dropOldestBucket() {
    int row = rows - 1;
    int bucket = bucket(row, 0);
    double size = size(row);
    width -= size(row);
    total -= sums[bucket];
    double difference = sums[bucket] / size - total / width;
    deviation -= deviations[bucket] + size * width * difference * difference / (size + width);
    removeOldest(row, 1);
    if (counts[row] == 0) {
      rows--;
    }
  }

  private static long size(int row) {
    return 1L << row;
  }

  /** {@inheritDoc} */
  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeByte(clock);
    out.writeDouble(total);
    out.writeDouble(deviation);
    out.writeBoolean(errorRose);
    out.writeByte(rows);
    for (int row = 0; row < rows; row++) {
      out.writeByte(counts[row]);
      for (int k = 0; k < counts[row]; k++) {
        out.writeDouble(sums[bucket(row, k)]);
        out.writeDouble(deviations[bucket(row, k)]);
      }
    }
  }

  /**
   * Reads the detector that {@link #writeSnapshot} wrote; it continues bit for bit.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param delta that it was made with
   * @return the restored detector
   * @throws IOException when the bytes are truncated, of another kind, of an unknown version or
   *     inconsistent
   */
  public static Adwin readSnapshot(DataInput in, double delta) throws IOException {
    if (DetectorSnapshot.readVersion(in, "ADWIN", TAG) == 1) {
      in.readDouble(); // the delta it was written under
    }
    Adwin adwin = new Adwin(delta);
    adwin.clock = in.readUnsignedByte();
    check(adwin.clock < CLOCK, "clock", adwin.clock);
    adwin.total = readFinite(in, "total");
    adwin.deviation = readFinite(in, "deviation");
    adwin.errorRose = in.readBoolean();
    int rows = in.readUnsignedByte();
    check(rows >= 1 && rows <= MAX_ROWS, "rows", rows);
    for (int row = 0; row < rows; row++) {
      if (row > 0) {
        adwin.addRow();
      }
      int buckets = in.readUnsignedByte();
      check(buckets <= MAX_BUCKETS && (buckets > 0 || rows == 1), "buckets", buckets);
      for (int k = 0; k < buckets; k++) {
        adwin.append(row, readFinite(in, "sum"), readFinite(in, "deviations"));
      }
      adwin.width += buckets * size(row);
    }
    return adwin;
  }

  private static double readFinite(DataInput in, String field) throws IOException {
    double value = in.readDouble();
    check(Double.isFinite(value), field, value);
    return value;
  }

  private static void check(boolean valid, String field, Object value) throws IOException {
    if (!valid) {
      throw new IOException("snapshot of ADWIN has " + field + " " + value);
    }
  }
}
