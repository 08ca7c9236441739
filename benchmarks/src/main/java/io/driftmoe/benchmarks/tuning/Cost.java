// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import java.util.Locale;

/**
 * What an event and a model cost.
 *
 * @param cpuNanos processor time of an event, prediction and lesson, in the mean over the second
 *     half of the events
 * @param slowNanos what 99 % of the last events stayed below, by the clock
 * @param modelBytes heap of the model, as a job estimates it
 */
public record Cost(double cpuNanos, double slowNanos, long modelBytes) {

  /** Microseconds, for people. */
  public static String micros(double nanos) {
    return String.format(Locale.ROOT, nanos < 100_000 ? "%.1f us" : "%,.0f us", nanos / 1e3);
  }

  /** Mebibytes, for people. */
  public static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%.2f MiB", bytes / (1 << 20));
  }
}
