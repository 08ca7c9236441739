// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** EDDM as {@link EddmFactory} describes it. */
final class Eddm implements DriftDetector {
  private static final int TAG = 'E' << 24 | 'D' << 16 | 'D' << 8 | 'M';

  private final EddmFactory thresholds;
  private long observations;
  private long errors;
  private long latestError; // number of the observation, from 1
  private double mean;
  private double squares; // sum of the squared deviations from the mean
  private double largest;
  private DriftLevel level = DriftLevel.STABLE;

  Eddm(EddmFactory thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public DriftLevel update(double error) {
    boolean wrong = Errors.wrong(error);
    observations++;
    if (wrong) {
      level = levelAtError();
      if (level == DriftLevel.DRIFT) {
        reset();
      }
    } else if (level == DriftLevel.DRIFT) {
      level = DriftLevel.STABLE;
    }
    return level;
  }

  private DriftLevel levelAtError() {
    double distance = observations - latestError;
    latestError = observations;
    errors++;
    double before = mean;
    mean += (distance - mean) / errors;
    squares += (distance - mean) * (distance - before);
    double upper = mean + 2 * Math.sqrt(squares / errors);
    if (upper > largest) {
      if (observations >= thresholds.minObservations()) {
        largest = upper;
      }
      return DriftLevel.STABLE;
    }
    double ratio = upper / largest;
    if (observations < thresholds.minObservations()
        || errors <= thresholds.minErrors()
        || ratio >= thresholds.warningLevel()) {
      return DriftLevel.STABLE;
    }
    return ratio < thresholds.driftLevel() ? DriftLevel.DRIFT : DriftLevel.WARNING;
  }

  private void reset() {
    observations = 0;
    errors = 0;
    latestError = 0;
    mean = 0;
    squares = 0;
    largest = 0;
  }

  @Override
  public boolean errorRose() {
    return level != DriftLevel.STABLE;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeLong(observations);
    out.writeLong(errors);
    out.writeLong(latestError);
    out.writeDouble(mean);
    out.writeDouble(squares);
    out.writeDouble(largest);
    out.writeByte(level.ordinal());
  }

  static Eddm readSnapshot(DataInput in, EddmFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "EDDM", TAG);
    Eddm eddm = new Eddm(thresholds);
    eddm.observations = snapshot.count("observations", 0);
    eddm.errors = snapshot.count("errors", 0);
    eddm.latestError = snapshot.count("latest error", 0);
    snapshot.check(
        eddm.errors <= eddm.latestError && eddm.latestError <= eddm.observations,
        "latest error",
        eddm.latestError);
    eddm.mean = snapshot.between(0, Double.MAX_VALUE, "mean");
    eddm.squares = snapshot.between(0, Double.MAX_VALUE, "squares");
    eddm.largest = snapshot.between(0, Double.MAX_VALUE, "largest");
    eddm.level = snapshot.level();
    return eddm;
  }
}
