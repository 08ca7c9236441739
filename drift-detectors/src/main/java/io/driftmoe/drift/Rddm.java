// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** RDDM as {@link RddmFactory} describes it. */
final class Rddm implements DriftDetector {
  private static final int TAG = 'R' << 24 | 'D' << 16 | 'D' << 8 | 'M';

  private final RddmFactory thresholds;
  private final BitWindow latest;
  private long next = 1; // number of the next observation since the rate was taken anew
  private double rate = 1;
  private double deviation;
  private double lowestRate = Double.POSITIVE_INFINITY;
  private double lowestDeviation;
  private long warned; // observations since the warning began, 0 without one
  private boolean errorRose;

  Rddm(RddmFactory thresholds) {
    this.thresholds = thresholds;
    latest = new BitWindow(thresholds.minConcept());
  }

  @Override
  public DriftLevel update(double error) {
    boolean wrong = Errors.wrong(error);
    latest.add(wrong);
    add(error);
    DriftLevel level = next > thresholds.minObservations() ? level() : DriftLevel.STABLE;
    errorRose = level != DriftLevel.STABLE;
    if (level == DriftLevel.DRIFT) {
      restart();
    } else if (level == DriftLevel.STABLE
        && next > thresholds.maxConcept()
        && next > thresholds.minObservations()) {
      takeRateAnew(false);
    }
    return level;
  }

  private void add(double error) {
    rate += (error - rate) / next;
    deviation = Math.sqrt(rate * (1 - rate) / next);
    next++;
  }

  private DriftLevel level() {
    keepLowest();
    double upper = rate + deviation;
    if (upper > lowestRate + thresholds.driftLevel() * lowestDeviation) {
      return DriftLevel.DRIFT;
    }
    if (!(upper > lowestRate + thresholds.warningLevel() * lowestDeviation)) {
      warned = 0;
      return DriftLevel.STABLE;
    }
    if (warned >= thresholds.warnLimit()) {
      warned = 0;
      return DriftLevel.DRIFT;
    }
    warned++;
    return DriftLevel.WARNING;
  }

  private void keepLowest() {
    if (rate + deviation < lowestRate + lowestDeviation) {
      lowestRate = rate;
      lowestDeviation = deviation;
    }
  }

  /** A new concept: it began with the warning. */
  private void restart() {
    latest.keepNewest((int) Math.min(warned + 1, latest.size()));
    warned = 0;
    lowestRate = Double.POSITIVE_INFINITY;
    lowestDeviation = 0;
    takeRateAnew(true);
  }

  private void takeRateAnew(boolean lowestToo) {
    next = 1;
    rate = 1;
    for (int i = 0; i < latest.size(); i++) {
      add(latest.get(i));
      if (lowestToo && next - 1 > thresholds.minObservations()) {
        keepLowest();
      }
    }
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    latest.writeSnapshot(out);
    out.writeLong(next);
    out.writeDouble(rate);
    out.writeDouble(lowestRate);
    out.writeDouble(lowestDeviation);
    out.writeLong(warned);
    out.writeBoolean(errorRose);
  }

  static Rddm readSnapshot(DataInput in, RddmFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "RDDM", TAG);
    Rddm rddm = new Rddm(thresholds);
    rddm.latest.readSnapshot(snapshot);
    rddm.next = snapshot.count("next observation", 1);
    rddm.rate = snapshot.between(0, 1, "rate");
    rddm.lowestRate = snapshot.between(0, Double.POSITIVE_INFINITY, "lowest rate");
    rddm.lowestDeviation = snapshot.between(0, 1, "lowest deviation");
    rddm.warned = snapshot.count("warned", 0);
    rddm.errorRose = snapshot.flag("errorRose");
    return rddm;
  }
}
