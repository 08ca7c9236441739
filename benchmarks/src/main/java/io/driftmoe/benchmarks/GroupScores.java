// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts right predictions by how many events a late group has had. */
final class GroupScores {
  private final Map<String, Integer> seen = new HashMap<>();

  /** One more than there are points: what comes after the last. */
  private final long[] events = new long[GroupComparison.POINTS.size() + 1];

  private final long[] hits = new long[events.length];
  private long allEvents;
  private long allHits;

  void add(String group, boolean late, boolean right) {
    allEvents++;
    allHits += right ? 1 : 0;
    if (!late) {
      return;
    }
    int count = seen.merge(group, 1, Integer::sum);
    int part = 0;
    while (part < GroupComparison.POINTS.size() && count > GroupComparison.POINTS.get(part)) {
      part++;
    }
    events[part]++;
    hits[part] += right ? 1 : 0;
  }

  long events() {
    return allEvents;
  }

  double all() {
    return percent(allHits, allEvents);
  }

  /** Beyond the last point. */
  double later() {
    return percent(hits[hits.length - 1], events[events.length - 1]);
  }

  /** Up to a point. */
  double first(int point) {
    long count = 0;
    long right = 0;
    for (int p = 0; p < GroupComparison.POINTS.size(); p++) {
      if (GroupComparison.POINTS.get(p) <= point) {
        count += events[p];
        right += hits[p];
      }
    }
    return percent(right, count);
  }

  List<Double> curve() {
    List<Double> curve = new ArrayList<>();
    for (int p = 0; p < GroupComparison.POINTS.size(); p++) {
      curve.add(percent(hits[p], events[p]));
    }
    return curve;
  }

  private static double percent(long right, long of) {
    return of == 0 ? Double.NaN : 100.0 * right / of;
  }
}
