// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When to warn of a fault that may come back at once, and for ever: the first time, and then at
 * most once a minute. Not for several threads.
 */
final class RareWarning {
  private static final long PAUSE = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;

  private boolean warned;
  private long last;
  private int times;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  RareWarning(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The fault came. Returns how often it has come since the last warning where another one is due,
   * this time included, and else 0.
   */
  int due() {
    times++;
    long now = nanoTime.getAsLong();
    if (warned && now - last < PAUSE) {
      return 0;
    }
    int due = times;
    warned = true;
    last = now;
    times = 0;
    return due;
  }
}
