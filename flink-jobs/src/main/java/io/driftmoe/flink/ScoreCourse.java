// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Scores of several learners over event time, in windows of equal length. Where there are too many
 * windows with labels, all become twice as long, so that any length of time takes the same room.
 */
final class ScoreCourse {
  static final int MOST = 400;

  /** Labels, then right predictions by learner, then negative flips by learner. */
  private final Map<Long, long[]> windows = new TreeMap<>();

  private final int learners;

  /** Milliseconds, a power of two. */
  private long length = 1;

  ScoreCourse(int learners) {
    this.learners = learners;
  }

  /**
   * Takes what learners said about one event whose label came.
   *
   * @param time of the event, epoch milliseconds
   * @param right whether each was right, the configured one first
   */
  void add(long time, boolean[] right) {
    long[] counts = window(Math.floorDiv(time, length));
    counts[0]++;
    for (int i = 0; i < learners; i++) {
      counts[1 + i] += right[i] ? 1 : 0;
      counts[1 + learners + i] += right[0] && !right[i] ? 1 : 0;
    }
    while (windows.size() > MOST) {
      widen();
    }
  }

  private long[] window(long number) {
    return windows.computeIfAbsent(number, none -> new long[1 + 2 * learners]);
  }

  private void widen() {
    Map<Long, long[]> before = new TreeMap<>(windows);
    windows.clear();
    length *= 2;
    before.forEach((number, counts) -> add(window(Math.floorDiv(number, 2)), counts));
  }

  private static void add(long[] sum, long[] counts) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += counts[i];
    }
  }

  /** Adds what another thread has seen of the same learners. */
  void add(ScoreCourse other) {
    while (length < other.length) {
      widen();
    }
    other.windows.forEach(
        (number, counts) -> add(window(Math.floorDiv(number, length / other.length)), counts));
    while (windows.size() > MOST) {
      widen();
    }
  }

  List<VariantWindow> toWindows() {
    List<VariantWindow> all = new ArrayList<>();
    windows.forEach(
        (number, counts) ->
            all.add(
                new VariantWindow(
                    number * length, counts[0], part(counts, 1), part(counts, 1 + learners))));
    return all;
  }

  private List<Long> part(long[] counts, int from) {
    List<Long> part = new ArrayList<>();
    for (int i = 0; i < learners; i++) {
      part.add(counts[from + i]);
    }
    return part;
  }
}
