// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Spreads events evenly over time: event i is due i / rate seconds after the first. A thread that
 * falls behind catches up without waiting, so the mean rate holds.
 */
final class Pacer {
  private final double rate;
  private long start;

  /**
   * @param rate events a second; 0 never waits
   */
  Pacer(double rate) {
    this.rate = rate;
  }

  /** Waits until event i, counted from 0, is due. */
  void awaitTurn(long i) throws InterruptedException {
    if (rate == 0) {
      return;
    }
    if (i == 0) {
      start = System.nanoTime();
    }
    long due = start + (long) (i / rate * TimeUnit.SECONDS.toNanos(1));
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting to send event " + i);
      }
    }
  }
}
