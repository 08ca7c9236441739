// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** DDM as {@link DdmFactory} describes it. */
final class Ddm implements DriftDetector {
  private static final int TAG = 'D' << 24 | 'D' << 16 | 'M' << 8 | '1';

  private final DdmFactory thresholds;
  private long next; // number of the next observation, from 1
  private double rate;
  private double lowestRate;
  private double lowestDeviation;
  private boolean errorRose;

  Ddm(DdmFactory thresholds) {
    this.thresholds = thresholds;
    reset();
  }

  private void reset() {
    next = 1;
    rate = 1;
    lowestRate = Double.POSITIVE_INFINITY;
    lowestDeviation = 0;
  }

  @Override
  public DriftLevel update(double error) {
    rate += (Errors.fraction(error) - rate) / next;
    double deviation = Math.sqrt(rate * (1 - rate) / next);
    next++;
    DriftLevel level = level(rate + deviation, deviation);
    errorRose = level != DriftLevel.STABLE;
    if (level == DriftLevel.DRIFT) {
      reset();
    }
    return level;
  }

  private DriftLevel level(double upper, double deviation) {
    if (next < thresholds.minObservations()) {
      return DriftLevel.STABLE;
    }
    if (upper <= lowestRate + lowestDeviation) {
      lowestRate = rate;
      lowestDeviation = deviation;
    }
    if (next > thresholds.minObservations()
        && upper > lowestRate + thresholds.driftLevel() * lowestDeviation) {
      return DriftLevel.DRIFT;
    }
    return upper > lowestRate + thresholds.warningLevel() * lowestDeviation
        ? DriftLevel.WARNING
        : DriftLevel.STABLE;
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeLong(next);
    out.writeDouble(rate);
    out.writeDouble(lowestRate);
    out.writeDouble(lowestDeviation);
    out.writeBoolean(errorRose);
  }

  static Ddm readSnapshot(DataInput in, DdmFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "DDM", TAG);
    Ddm ddm = new Ddm(thresholds);
    ddm.next = snapshot.count("next observation", 1);
    ddm.rate = snapshot.between(0, 1, "rate");
    ddm.lowestRate = snapshot.between(0, Double.POSITIVE_INFINITY, "lowest rate");
    ddm.lowestDeviation = snapshot.between(0, 1, "lowest deviation");
    ddm.errorRose = snapshot.flag("errorRose");
    return ddm;
  }
}
