// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long a learner takes to recover from each planted drift (after Shaker, Hüllermeier: Recovery
 * analysis for adaptive learning from non-stationary data streams, Neurocomputing 150, 2015).
 *
 * <p>The reference is the accuracy of the last w events before the drift starts, w being a
 * twentieth of the shortest distance between drifts, at least 50 and at most 1,000. The learner has
 * recovered with the first w events on end, all behind the drift's centre, whose accuracy is no
 * more than one point below the reference. The time runs from the drift's start to the last of
 * these events, so it is at least w. A drift before event w has no reference and no recovery.
 */
final class RecoveryTracker {
  private static final long NEVER = -1;
  private static final double TOLERANCE = 0.01;
  private static final long LEAST_WINDOW = 50;
  private static final long LARGEST_WINDOW = 1_000;
  private static final int WINDOWS_PER_DRIFT = 20;

  private final List<CellResult.Drift> drifts;
  private final boolean[] right;
  private final long[] recovery;
  private long events;
  private int hits;
  private int drift = -1;
  private double reference;

  /**
   * @param drifts planted, by position
   */
  RecoveryTracker(List<CellResult.Drift> drifts) {
    this.drifts = List.copyOf(drifts);
    this.right = new boolean[window(drifts)];
    this.recovery = new long[drifts.size()];
    Arrays.fill(recovery, NEVER);
  }

  private static int window(List<CellResult.Drift> drifts) {
    long shortest = Long.MAX_VALUE;
    long before = 0;
    for (CellResult.Drift drift : drifts) {
      shortest = Math.min(shortest, drift.start() - before);
      before = drift.start();
    }
    return (int) Math.max(LEAST_WINDOW, Math.min(LARGEST_WINDOW, shortest / WINDOWS_PER_DRIFT));
  }

  /** Takes the next event: whether its prediction was right. */
  void add(boolean correct) {
    while (drift + 1 < drifts.size() && events >= drifts.get(drift + 1).start()) {
      drift++;
      reference = events >= right.length ? (double) hits / right.length : Double.NaN;
    }
    int slot = (int) (events % right.length);
    hits += (correct ? 1 : 0) - (right[slot] ? 1 : 0);
    right[slot] = correct;
    events++;
    if (drift >= 0 && recovery[drift] == NEVER) {
      CellResult.Drift current = drifts.get(drift);
      boolean behind = events - right.length >= current.position();
      if (behind && (double) hits / right.length >= reference - TOLERANCE) {
        recovery[drift] = events - current.start();
      }
    }
  }

  /** For each drift the events until recovery, -1 where there was none. */
  List<Long> recovery() {
    List<Long> all = new ArrayList<>();
    for (long events : recovery) {
      all.add(events);
    }
    return all;
  }
}
