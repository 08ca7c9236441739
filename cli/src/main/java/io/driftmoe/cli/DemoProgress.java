// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far the job is and how well it does: a bar on a terminal, elsewhere a line every other
 * second.
 */
final class DemoProgress implements AutoCloseable {
  private static final Duration LINE_EVERY = Duration.ofSeconds(2);

  private final PrintWriter err;
  private final ProgressBar bar;
  private final long total;
  private long lastLine = System.nanoTime();
  private long events;
  private long emittedAt;
  private double speed;
  private String lastDrift;

  /**
   * @param terminal whether standard error is one
   * @param total events to come, or -1 when unknown
   */
  DemoProgress(PrintWriter err, boolean terminal, String name, long total) {
    this.err = err;
    this.total = total;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setUnit("", 1)
                .build()
            : null;
  }

  void drift(DriftEvent drift) {
    lastDrift = drift.getEventId();
  }

  void report(MetricsEvent report) {
    long millis = report.getEmittedAt() - emittedAt;
    if (emittedAt > 0 && millis > 0) {
      speed = 1e3 * (report.getEvents() - events) / millis;
    }
    emittedAt = report.getEmittedAt();
    events = report.getEvents();
    String state =
        String.format(
            Locale.ROOT,
            "%,.0f events/s, window accuracy %.2f %%, kappa-M %.2f, last drift %s",
            speed,
            report.getWindowAccuracy(),
            report.getWindowKappaM(),
            lastDrift == null ? "none" : "at event " + lastDrift);
    if (bar != null) {
      bar.stepTo(events);
      bar.setExtraMessage(state);
    } else if (System.nanoTime() - lastLine >= LINE_EVERY.toNanos()) {
      lastLine = System.nanoTime();
      String of = total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
      err.println(String.format(Locale.ROOT, "%,d%s events, %s", events, of, state));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
