// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** STEPD as {@link StepdFactory} describes it. */
final class Stepd implements DriftDetector {
  private static final int TAG = 'S' << 24 | 'T' << 16 | 'E' << 8 | 'P';

  private final StepdFactory thresholds;
  private final double zOfDrift;
  private final double zOfWarning;
  private final BitWindow recent;
  private int recentErrors;
  private long older;
  private long olderErrors;
  private boolean errorRose;

  Stepd(StepdFactory thresholds) {
    this.thresholds = thresholds;
    zOfDrift = StandardNormal.twoSidedQuantile(thresholds.alphaDrift());
    zOfWarning = StandardNormal.twoSidedQuantile(thresholds.alphaWarning());
    recent = new BitWindow(thresholds.window());
  }

  @Override
  public DriftLevel update(double error) {
    boolean wrong = Errors.wrong(error);
    if (recent.isFull()) {
      int oldest = recent.get(0);
      older++;
      olderErrors += oldest;
      recentErrors -= oldest;
    }
    recent.add(wrong);
    recentErrors += wrong ? 1 : 0;
    DriftLevel level = older >= thresholds.window() ? level() : DriftLevel.STABLE;
    errorRose =
        level != DriftLevel.STABLE
            && (double) recentErrors / recent.size() > (double) olderErrors / older;
    if (level == DriftLevel.DRIFT) {
      recent.clear();
      recentErrors = 0;
      older = 0;
      olderErrors = 0;
    }
    return level;
  }

  private DriftLevel level() {
    double no = older;
    double nr = recent.size();
    double ro = older - olderErrors;
    double rr = recent.size() - recentErrors;
    double sizes = 1 / no + 1 / nr;
    double p = (ro + rr) / (no + nr);
    double difference = Math.abs(ro / no - rr / nr) - sizes / 2;
    if (!(difference > 0)) {
      return DriftLevel.STABLE;
    }
    double z = difference / Math.sqrt(p * (1 - p) * sizes);
    if (z > zOfDrift) {
      return DriftLevel.DRIFT;
    }
    return z > zOfWarning ? DriftLevel.WARNING : DriftLevel.STABLE;
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    recent.writeSnapshot(out);
    out.writeLong(older);
    out.writeLong(olderErrors);
    out.writeBoolean(errorRose);
  }

  static Stepd readSnapshot(DataInput in, StepdFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "STEPD", TAG);
    Stepd stepd = new Stepd(thresholds);
    stepd.recent.readSnapshot(snapshot);
    for (int i = 0; i < stepd.recent.size(); i++) {
      stepd.recentErrors += stepd.recent.get(i);
    }
    stepd.older = snapshot.count("older", 0);
    snapshot.check(stepd.older == 0 || stepd.recent.isFull(), "older", stepd.older);
    stepd.olderErrors = snapshot.count("older errors", 0);
    snapshot.check(stepd.olderErrors <= stepd.older, "older errors", stepd.olderErrors);
    stepd.errorRose = snapshot.flag("errorRose");
    return stepd;
  }
}
