// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last values of a course in one line, each as high as it is among them. */
final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** Of the values; what varies by less looks flat, not wild. */
  private static final double LEAST_RANGE = 10;

  private final int length;
  private final Deque<Double> values = new ArrayDeque<>();

  /**
   * @param length most values that are shown
   */
  Sparkline(int length) {
    this.length = length;
  }

  /** Adds a value; what is no number is left out. */
  void add(double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    values.addLast(value);
    if (values.size() > length) {
      values.removeFirst();
    }
  }

  @Override
  public String toString() {
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    low = Math.min(low, high - LEAST_RANGE);
    StringBuilder line = new StringBuilder();
    for (double value : values) {
      int bar = (int) Math.rint((value - low) / (high - low) * (BARS.length() - 1));
      line.append(BARS.charAt(bar));
    }
    return line.toString();
  }
}
