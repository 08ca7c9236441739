// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** HDDM-A as {@link HddmAFactory} describes it. */
final class HddmA implements DriftDetector {
  private static final int TAG = 'H' << 24 | 'D' << 16 | 'M' << 8 | 'A';

  private final HddmAFactory thresholds;
  private final double logOfBound;
  private final double logOfDrift;
  private final double logOfWarning;

  private long count;
  private double sum;
  // The beginnings with the lowest upper and with the highest lower bound, and these bounds.
  private long lowCount;
  private double lowSum;
  private double lowBound;
  private long highCount;
  private double highSum;
  private double highBound;
  private boolean errorRose;

  HddmA(HddmAFactory thresholds) {
    this.thresholds = thresholds;
    logOfBound = StrictMath.log(1 / thresholds.driftConfidence());
    logOfDrift = StrictMath.log(2 / thresholds.driftConfidence());
    logOfWarning = StrictMath.log(2 / thresholds.warningConfidence());
    reset();
  }

  private void reset() {
    count = 0;
    sum = 0;
    lowCount = 0;
    lowSum = 0;
    lowBound = Double.POSITIVE_INFINITY;
    highCount = 0;
    highSum = 0;
    highBound = Double.NEGATIVE_INFINITY;
  }

  @Override
  public DriftLevel update(double error) {
    sum += Errors.fraction(error);
    count++;
    double mean = sum / count;
    double radius = radius(count);
    if (mean + radius <= lowBound) {
      lowCount = count;
      lowSum = sum;
      lowBound = mean + radius;
    }
    if (mean - radius >= highBound) {
      highCount = count;
      highSum = sum;
      highBound = mean - radius;
    }
    DriftLevel level = level(mean);
    errorRose = level != DriftLevel.STABLE;
    if (level == DriftLevel.DRIFT || thresholds.twoSided() && fell(mean)) {
      reset();
    }
    return level;
  }

  private double radius(long n) {
    return Math.sqrt(1.0 / (2 * n) * logOfBound);
  }

  private DriftLevel level(double mean) {
    if (lowCount == count) {
      return DriftLevel.STABLE;
    }
    double rise = mean - lowSum / lowCount;
    double half = halfOfSpread(lowCount);
    if (rise >= Math.sqrt(half * logOfDrift)) {
      return DriftLevel.DRIFT;
    }
    return rise >= Math.sqrt(half * logOfWarning) ? DriftLevel.WARNING : DriftLevel.STABLE;
  }

  private boolean fell(double mean) {
    return highCount != count
        && highSum / highCount - mean >= Math.sqrt(halfOfSpread(highCount) * logOfDrift);
  }

  private double halfOfSpread(long beginning) {
    return (double) (count - beginning) / beginning * (1.0 / count) / 2;
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeLong(count);
    out.writeDouble(sum);
    out.writeLong(lowCount);
    out.writeDouble(lowSum);
    out.writeLong(highCount);
    out.writeDouble(highSum);
    out.writeBoolean(errorRose);
  }

  static HddmA readSnapshot(DataInput in, HddmAFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "HDDM-A", TAG);
    HddmA hddm = new HddmA(thresholds);
    hddm.count = snapshot.count("count", 0);
    hddm.sum = snapshot.between(0, hddm.count, "sum");
    hddm.lowCount = beginning(snapshot, hddm.count);
    hddm.lowSum = snapshot.between(0, hddm.lowCount, "sum");
    hddm.highCount = beginning(snapshot, hddm.count);
    hddm.highSum = snapshot.between(0, hddm.highCount, "sum");
    hddm.errorRose = snapshot.flag("errorRose");
    if (hddm.count > 0) {
      hddm.lowBound = hddm.lowSum / hddm.lowCount + hddm.radius(hddm.lowCount);
      hddm.highBound = hddm.highSum / hddm.highCount - hddm.radius(hddm.highCount);
    }
    return hddm;
  }

  private static long beginning(DetectorSnapshot snapshot, long count) throws IOException {
    long beginning = snapshot.count("beginning", Math.min(count, 1));
    snapshot.check(beginning <= count, "beginning", beginning);
    return beginning;
  }
}
