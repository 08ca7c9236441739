// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Page-Hinkley as {@link PageHinkleyFactory} describes it. */
final class PageHinkley implements DriftDetector {
  private static final int TAG = 'P' << 24 | 'G' << 16 | 'H' << 8 | 'K';

  private final PageHinkleyFactory thresholds;
  private long next = 1; // number of the next observation
  private double mean;
  private double sum;
  private boolean errorRose;

  PageHinkley(PageHinkleyFactory thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public DriftLevel update(double error) {
    mean += (Errors.finite(error) - mean) / next;
    sum = thresholds.alpha() * sum + (error - mean - thresholds.delta());
    next++;
    errorRose = next >= thresholds.minObservations() && sum > thresholds.lambda();
    if (!errorRose) {
      return DriftLevel.STABLE;
    }
    next = 1;
    mean = 0;
    sum = 0;
    return DriftLevel.DRIFT;
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeLong(next);
    out.writeDouble(mean);
    out.writeDouble(sum);
    out.writeBoolean(errorRose);
  }

  static PageHinkley readSnapshot(DataInput in, PageHinkleyFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "Page-Hinkley", TAG);
    PageHinkley pageHinkley = new PageHinkley(thresholds);
    pageHinkley.next = snapshot.count("next observation", 1);
    pageHinkley.mean = snapshot.finite("mean");
    pageHinkley.sum = snapshot.finite("sum");
    pageHinkley.errorRose = snapshot.flag("errorRose");
    return pageHinkley;
  }
}
