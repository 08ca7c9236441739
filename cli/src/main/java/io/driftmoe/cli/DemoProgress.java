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
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the job is and how well it does: a bar on a terminal, elsewhere a line every other
 * second.
 */
final class DemoProgress implements AutoCloseable {
  private static final Duration LINE_EVERY = Duration.ofSeconds(2);
  private static final int BAR_VALUES = 8;
  private static final int LINE_VALUES = 24;

  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private final long total;
  private long lastLine;
  private final Sparkline course;
  private long events;
  private long emittedAt;
  private double speed;
  private @Nullable String lastDrift;

  /**
   * @param terminal whether standard error is one
   * @param total events to come
   */
  DemoProgress(PrintWriter err, boolean terminal, String name, long total) {
    this(err, total, terminal ? bar(name, total).build() : null);
  }

  /**
   * @param bar null for lines
   */
  DemoProgress(PrintWriter err, long total, @Nullable ProgressBar bar) {
    this.err = err;
    this.total = total;
    this.bar = bar;
    this.course = new Sparkline(bar == null ? LINE_VALUES : BAR_VALUES);
  }

  /** What a bar looks like. */
  static ProgressBarBuilder bar(String name, long total) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .hideEta();
  }

  /** Takes note of a drift of the whole mixture; what happens to single experts is not shown. */
  void drift(DriftEvent drift) {
    if (drift.getExpert() == null) {
      lastDrift = drift.getEventId();
    }
  }

  void report(MetricsEvent report) {
    if (emittedAt == 0) {
      lastLine = System.nanoTime(); // the first report tells of a handful of events
    }
    long millis = report.getEmittedAt() - emittedAt;
    // a job that has gone back to its last checkpoint makes no speed
    if (emittedAt > 0 && millis > 0 && report.getEvents() >= events) {
      speed = 1e3 * (report.getEvents() - events) / millis;
    }
    emittedAt = report.getEmittedAt();
    events = report.getEvents();
    course.add(report.getWindowAccuracy());
    if (bar != null) {
      bar.stepTo(events);
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              // the end of a line that is too long is cut: the position of a drift comes first
              "drift %s acc %.1f %s %,.0f/s kappa-M %.1f",
              lastDrift == null ? "-" : "@" + lastDrift,
              report.getWindowAccuracy(),
              course,
              speed,
              report.getWindowKappaM()));
    } else if (System.nanoTime() - lastLine >= LINE_EVERY.toNanos()) {
      lastLine = System.nanoTime();
      err.println(line(report));
    }
  }

  private String line(MetricsEvent report) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d events, %,.0f events/s, window accuracy %.2f %% %s, kappa-M %.2f, last drift %s",
        events,
        total,
        speed,
        report.getWindowAccuracy(),
        course,
        report.getWindowKappaM(),
        lastDrift == null ? "none" : "at event " + lastDrift);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
