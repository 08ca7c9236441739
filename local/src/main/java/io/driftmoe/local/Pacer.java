// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Spreads events evenly over time: event i is due i / rate seconds after the first. A thread that
 * falls behind catches up without waiting, so the mean rate holds.
 */
public final class Pacer {
  private final double rate;
  private final boolean startsWithFirst;
  private long start;

  /**
   * @param rate events a second; 0 never waits
   */
  public Pacer(double rate) {
    this.rate = rate;
    this.startsWithFirst = true;
  }

  /**
   * Event 0 is due at a time given, not when its turn is awaited.
   *
   * @param rate events a second, positive
   * @param start of {@link System#nanoTime}
   */
  public Pacer(double rate, long start) {
    this.rate = rate;
    this.startsWithFirst = false;
    this.start = start;
  }

  /** When event i is due, of {@link System#nanoTime}. */
  public long due(long i) {
    return start + (long) (i / rate * TimeUnit.SECONDS.toNanos(1));
  }

  /** Waits until event i, counted from 0, is due. */
  void awaitTurn(long i) throws InterruptedException {
    if (rate == 0) {
      return;
    }
    if (i == 0 && startsWithFirst) {
      start = System.nanoTime();
    }
    long due = due(i);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting to send event " + i);
      }
    }
  }
}
