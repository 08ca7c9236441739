// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** KSWIN as {@link KswinFactory} describes it. */
final class Kswin implements DriftDetector {
  private static final int TAG = 'K' << 24 | 'S' << 16 | 'W' << 8 | 'N';

  private final KswinFactory thresholds;
  private final double bound;
  private final double[] window; // a ring
  private int oldest;
  private int size;
  // The same observations, sorted: the latest, and those before.
  private final SortedWindow recent;
  private final SortedWindow older;
  private boolean errorRose;

  Kswin(KswinFactory thresholds) {
    this.thresholds = thresholds;
    double r = thresholds.recent();
    double m = thresholds.window() - thresholds.recent();
    bound = Math.sqrt(-StrictMath.log(thresholds.alpha() / 2) / 2 * (1 / r + 1 / m));
    window = new double[thresholds.window()];
    recent = new SortedWindow(thresholds.recent());
    older = new SortedWindow(thresholds.window() - thresholds.recent());
  }

  @Override
  public DriftLevel update(double error) {
    add(Errors.finite(error) + 0.0); // of the two zeros, one
    boolean changed = size == window.length && recent.distance(older) > bound;
    errorRose = changed && meanOfRecent() > meanOfOlder();
    if (changed) {
      keepRecent();
    }
    return changed ? DriftLevel.DRIFT : DriftLevel.STABLE;
  }

  private void add(double error) {
    if (size == window.length) {
      older.remove(window[oldest]);
      oldest = place(1);
      size--;
    }
    if (size >= thresholds.recent()) {
      double passing = window[place(size - thresholds.recent())];
      recent.remove(passing);
      older.add(passing);
    }
    recent.add(error);
    window[place(size)] = error;
    size++;
  }

  private void keepRecent() {
    oldest = place(size - thresholds.recent());
    size = thresholds.recent();
    older.clear();
  }

  private int place(int i) {
    int place = oldest + i;
    return place >= window.length ? place - window.length : place;
  }

  private double meanOfRecent() {
    return mean(size - thresholds.recent(), size);
  }

  private double meanOfOlder() {
    return mean(0, size - thresholds.recent());
  }

  private double mean(int from, int to) {
    double mean = 0;
    for (int i = from; i < to; i++) {
      mean += window[place(i)] / (to - from);
    }
    return mean;
  }

  @Override
  public boolean errorRose() {
    return errorRose;
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    DetectorSnapshot.writeHeader(out, TAG);
    out.writeInt(size);
    for (int i = 0; i < size; i++) {
      out.writeDouble(window[place(i)]);
    }
    out.writeBoolean(errorRose);
  }

  static Kswin readSnapshot(DataInput in, KswinFactory thresholds) throws IOException {
    DetectorSnapshot snapshot = DetectorSnapshot.open(in, "KSWIN", TAG);
    Kswin kswin = new Kswin(thresholds);
    int size = snapshot.smallCount("window", thresholds.window());
    for (int i = 0; i < size; i++) {
      kswin.add(snapshot.finite("observation"));
    }
    kswin.errorRose = snapshot.flag("errorRose");
    return kswin;
  }
}
