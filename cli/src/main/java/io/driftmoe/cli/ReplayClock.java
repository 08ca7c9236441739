// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Says how far a replay is, and how fast it was. */
final class ReplayClock {
  private static final long EVERY_NANOS = 5_000_000_000L;

  private final PrintWriter err;
  private final boolean terminal;
  private final long begun = System.nanoTime();
  private final long cpuBegun = cpuNanos();
  private long said = begun;

  /**
   * @param terminal whether somebody watches
   */
  ReplayClock(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Of the whole process: what reads and decodes counts, too. */
  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : -1;
  }

  void progress(long predictions) {
    long now = System.nanoTime();
    if (terminal && now - said >= EVERY_NANOS) {
      said = now;
      err.printf(Locale.ROOT, "%,d predictions compared%n", predictions);
      err.flush();
    }
  }

  void end(long predictions) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    double cpuSeconds = (cpuNanos() - cpuBegun) / 1e9;
    err.printf(
        Locale.ROOT,
        "%.1f s, %.1f s of CPU: %,.0f events/s, %,.0f per CPU second%n",
        seconds,
        cpuSeconds,
        predictions / seconds,
        predictions / cpuSeconds);
    err.flush();
  }
}
