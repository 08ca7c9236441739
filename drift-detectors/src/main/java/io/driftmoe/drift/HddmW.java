// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** HDDM-W as {@link HddmWFactory} describes it. */
final class HddmW implements DriftDetector {
  private static final int TAG = 'H' << 24 | 'D' << 16 | 'M' << 8 | 'W';

  private final HddmWFactory thresholds;
  private final double logOfDrift;
  private final double logOfWarning;

  private final WeightedMean all = new WeightedMean();
  // For rises: the beginning with the lowest upper bound, what came since, and this bound.
  private final WeightedMean low = new WeightedMean();
  private final WeightedMean sinceLow = new WeightedMean();
  private double lowBound;
  // For falls: the beginning with the highest lower bound, what came since, and this bound.
  private final WeightedMean high = new WeightedMean();
  private final WeightedMean sinceHigh = new WeightedMean();
  private double highBound;
  private boolean errorRose;

  HddmW(HddmWFactory thresholds) {
    this.thresholds = thresholds;
    logOfDrift = StrictMath.log(1 / thresholds.driftConfidence());
    logOfWarning = StrictMath.log(1 / thresholds.warningConfidence());
    reset();
  }

  private void reset() {
    all.clear();
    low.clear();
    sinceLow.clear();
    lowBound = Double.MAX_VALUE;
    high.clear();
    sinceHigh.clear();
    highBound = Double.MIN_VALUE; // as in MOA: a lower bound of 0 or less is no beginning
  }

  @Override
  public DriftLevel update(double error) {
    double lambda = thresholds.lambda();
    all.add(Errors.fraction(error), lambda);
    double radius = Math.sqrt(all.squaredWeights() * logOfDrift / 2);
    if (all.mean() + radius < lowBound) {
      lowBound = all.mean() + radius;
      low.copy(all);
      sinceLow.clear();
    } else {
      sinceLow.add(error, lambda);
    }
    DriftLevel level = level();
    boolean drift = level == DriftLevel.DRIFT;
    if (drift) {
      reset();
    }
    if (thresholds.twoSided() && fell(error, drift ? 0 : radius)) {
      reset();
      level = DriftLevel.STABLE;
    }
    errorRose = level != DriftLevel.STABLE;
    return level;
  }

  private DriftLevel level() {
    if (exceeds(sinceLow, low, logOfDrift)) {
      return DriftLevel.DRIFT;
    }
    return exceeds(sinceLow, low, logOfWarning) ? DriftLevel.WARNING : DriftLevel.STABLE;
  }

  /** After a rise everything is empty but the error that showed it: it begins what came since. */
  private boolean fell(double error, double radius) {
    if (all.mean() - radius > highBound) {
      highBound = all.mean() - radius;
      high.copy(all);
      sinceHigh.clear();
    } else {
      sinceHigh.add(error, thresholds.lambda());
    }
    return exceeds(high, sinceHigh, logOfDrift);
  }

  private static boolean exceeds(WeightedMean greater, WeightedMean smaller, double log) {
    if (greater.isEmpty() || smaller.isEmpty()) {
      return false;
    }
    double weights = smaller.squaredWeights() + greater.squaredWeights();
    return greater.mean() - smaller.mean() > Math.sqrt(weights * log / 2);
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    all.writeSnapshot(out);
    low.writeSnapshot(out);
    sinceLow.writeSnapshot(out);
    out.writeDouble(lowBound);
    high.writeSnapshot(out);
    sinceHigh.writeSnapshot(out);
    out.writeDouble(highBound);
    out.writeBoolean(errorRose);
  }

  static HddmW readSnapshot(DataInput in, HddmWFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "HDDM-W", TAG);
    HddmW hddm = new HddmW(thresholds);
    hddm.all.readSnapshot(snapshot, "mean");
    hddm.low.readSnapshot(snapshot, "mean of the beginning");
    hddm.sinceLow.readSnapshot(snapshot, "mean since");
    hddm.lowBound = snapshot.between(0, Double.MAX_VALUE, "upper bound");
    hddm.high.readSnapshot(snapshot, "mean of the beginning");
    hddm.sinceHigh.readSnapshot(snapshot, "mean since");
    hddm.highBound = snapshot.between(0, 1, "lower bound");
    hddm.errorRose = snapshot.flag("errorRose");
    return hddm;
  }
}
