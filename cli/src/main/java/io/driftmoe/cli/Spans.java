// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.ArrayList;
import java.util.List;

/** Stretches of {@link System#nanoTime} in which something went on. Any thread may add and ask. */
final class Spans {
  private final List<Span> spans = new ArrayList<>();

  private record Span(long from, long to) {}

  synchronized void add(long from, long to) {
    spans.add(new Span(from, to));
  }

  /** Whether one of them has any time in common with another stretch. */
  synchronized boolean meet(long from, long to) {
    return spans.stream().anyMatch(span -> span.from - to <= 0 && from - span.to <= 0);
  }

  synchronized int count() {
    return spans.size();
  }

  /** The longest, nanoseconds; 0 of none. */
  synchronized long longest() {
    return spans.stream().mapToLong(span -> span.to - span.from).max().orElse(0);
  }
}
