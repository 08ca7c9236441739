// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.datasets.FetchListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a download is: on a terminal a bar with rate and time left, elsewhere a line when
 * something happens and every ten seconds.
 */
final class FetchProgress implements FetchListener, AutoCloseable {
  private static final long KILOBYTE = 1_000;
  private static final long MEGABYTE = 1_000_000;
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final boolean terminal;
  private final String name;
  private @Nullable ProgressBar bar;
  private OptionalLong total = OptionalLong.empty();
  private long lastLine;

  /**
   * @param terminal whether standard error is one
   * @param name of what is fetched
   */
  FetchProgress(PrintWriter err, boolean terminal, String name) {
    this.err = err;
    this.terminal = terminal;
    this.name = name;
  }

  @Override
  public void started(long from, OptionalLong whole) {
    total = whole;
    lastLine = System.nanoTime();
    if (terminal) {
      close();
      boolean large = whole.orElse(0) >= 100 * MEGABYTE;
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(whole.orElse(-1))
              .startsFrom(from, Duration.ZERO)
              .setUnit(large ? " MB" : " kB", large ? MEGABYTE : KILOBYTE)
              .showSpeed()
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    } else {
      line(from == 0 ? "downloading " + size() : "going on after " + megabytes(from) + of());
    }
  }

  @Override
  public void progressed(long bytes) {
    if (bar != null) {
      bar.stepTo(bytes);
    } else if (System.nanoTime() - lastLine >= LINE_EVERY.toNanos()) {
      lastLine = System.nanoTime();
      line(megabytes(bytes) + of());
    }
  }

  @Override
  public void retrying(String reason, Duration wait) {
    close();
    line("%s; trying again in %s s".formatted(reason, Math.max(1, wait.toSeconds())));
  }

  @Override
  public void verifying() {
    close();
  }

  private void line(String text) {
    err.println(name + ": " + text);
    err.flush();
  }

  private String size() {
    return total.isPresent() ? megabytes(total.getAsLong()) : "(size unknown)";
  }

  private String of() {
    return total.isPresent() ? " of " + megabytes(total.getAsLong()) : "";
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", (double) bytes / MEGABYTE);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
