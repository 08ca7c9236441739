// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.ScoreMeasure;
import io.driftmoe.benchmarks.SuiteListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a suite is and how long it will take: a bar on a terminal, else a line per cell.
 */
final class BenchProgress implements SuiteListener, AutoCloseable {
  private final PrintWriter err;
  private final TimeLeft timeLeft;
  private final int cells;
  private final boolean severalDelays;
  private final @Nullable ProgressBar bar;
  private int finished;

  /**
   * @param terminal whether standard error is one
   */
  BenchProgress(PrintWriter err, boolean terminal, List<Cell> cells) {
    this.err = err;
    this.timeLeft = new TimeLeft(cells, System::nanoTime);
    this.cells = cells.size();
    this.severalDelays = cells.stream().map(Cell::labels).distinct().count() > 1;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("bench")
                .setInitialMax(cells.size())
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .setEtaFunction(state -> left())
                .build()
            : null;
  }

  private synchronized Optional<Duration> left() {
    return timeLeft.estimate();
  }

  @Override
  public synchronized void started(Cell cell) {
    timeLeft.started(cell);
    if (bar != null) {
      bar.setExtraMessage(name(cell));
    }
  }

  @Override
  public synchronized void progressed(Cell cell, long events) {
    timeLeft.progressed(cell, events);
  }

  @Override
  public synchronized void finished(CellResult result, boolean reused) {
    finished++;
    timeLeft.finished(result.cell(), reused);
    if (bar != null) {
      bar.stepTo(finished);
      if (result.failed()) {
        err.println(line(result));
      }
    } else if (!reused) {
      err.println(line(result));
    }
  }

  private String line(CellResult result) {
    String outcome =
        result.failed()
            ? "failed: " + result.failure()
            : String.format(
                Locale.ROOT,
                "accuracy %.2f %%, %.1f s of CPU",
                result.scores().of(ScoreMeasure.ACCURACY),
                result.cost().cpuSeconds());
    String left =
        left()
            .map(time -> ", about " + words(time) + " left")
            .filter(t -> finished < cells)
            .orElse("");
    return "%s of %s: %s: %s%s".formatted(finished, cells, name(result.cell()), outcome, left);
  }

  private static String words(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  private String name(Cell cell) {
    LabelArrival labels = cell.labels();
    String delay =
        labels.trueTimes()
            ? ", labels at their recorded times"
            : !labels.immediate()
                ? ", labels after " + labels.delayText() + " events"
                : severalDelays ? ", labels at once" : "";
    return "%s on %s, seed %s%s"
        .formatted(cell.learner().name(), cell.stream().name(), cell.seed(), delay);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
