// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

/**
 * The longest time without an event since a moment, of {@link System#nanoTime}. What came before
 * that moment does not lengthen it. Thread-safe.
 */
final class Silence {
  private long last;
  private long longest;

  synchronized void begin(long now) {
    last = now;
    longest = 0;
  }

  synchronized void broken(long now) {
    longest = Math.max(longest, now - last);
    last = Math.max(last, now);
  }

  /** Nanoseconds. */
  synchronized long longest() {
    return longest;
  }
}
