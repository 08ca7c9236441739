// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Records a second over the last seconds, from how many there are on a topic. */
final class Throughput {
  private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MOST = 100;

  private final Deque<Count> counts = new ArrayDeque<>();

  private record Count(long nanos, long records) {}

  /**
   * Takes note of how many there are.
   *
   * @param records so far; less than before where the topic was made anew
   * @param now of {@link System#nanoTime}
   */
  void add(long records, long now) {
    Count last = counts.peekLast();
    if (last != null && records < last.records) {
      counts.clear();
    }
    counts.addLast(new Count(now, records));
    while (counts.size() > MOST
        || counts.size() > 2 && now - counts.getFirst().nanos > SPAN_NANOS) {
      counts.removeFirst();
    }
  }

  /** NaN where it is not known yet. */
  double perSecond() {
    if (counts.size() < 2) {
      return Double.NaN;
    }
    Count first = counts.getFirst();
    Count last = counts.getLast();
    long nanos = last.nanos - first.nanos;
    return nanos <= 0
        ? Double.NaN
        : (double) (last.records - first.records) * TimeUnit.SECONDS.toNanos(1) / nanos;
  }
}
