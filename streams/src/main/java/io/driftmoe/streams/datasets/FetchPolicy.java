// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connectTimeout until a connection must stand
 * @param idleTimeout longest time without a byte
 * @param attempts that may fail one after the other without a new byte, at least 1
 * @param firstWait before the second attempt; doubles from one to the next
 */
record FetchPolicy(
    Duration connectTimeout, Duration idleTimeout, int attempts, Duration firstWait) {
  static final FetchPolicy DEFAULT =
      new FetchPolicy(Duration.ofSeconds(15), Duration.ofSeconds(30), 5, Duration.ofSeconds(1));

  FetchPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, got " + attempts);
    }
  }

  /**
   * @param failures so far, at least 1
   */
  Duration waitAfter(int failures) {
    return firstWait.multipliedBy(1L << Math.min(failures - 1, 10));
  }
}
