// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says when training steps that wait for others are launched: when enough are due, when the oldest
 * would otherwise be late, or when a caller needs one. A step is in time when it waits and is taken
 * within the configured delay, so that a slow device has less patience; one that takes longer than
 * the delay gathers what comes while it computes. Not thread-safe.
 */
final class LaunchPolicy {
  /** Weight of the latest launch in what the next one is expected to take. */
  private static final double RATE = 0.2;

  private final int gatherRouters;
  private final long delayNanos;
  private double expectedNanos = -1;

  /**
   * @param gatherRouters models whose steps are taken in one launch, at most
   * @param gatherDelay within which a step is to be taken
   */
  LaunchPolicy(int gatherRouters, Duration gatherDelay) {
    this.gatherRouters = gatherRouters;
    this.delayNanos = gatherDelay.toNanos();
  }

  /**
   * Why to launch now.
   *
   * @param waiting models whose steps wait
   * @param models that are known to train a network, waiting or not
   * @param needed whether a caller waits for one of the steps
   * @param waitedNanos for how long the oldest step has waited
   * @return null to go on waiting
   */
  @Nullable LaunchReason due(int waiting, int models, boolean needed, long waitedNanos) {
    if (waiting == 0) {
      return null;
    }
    if (waiting >= Math.min(gatherRouters, models)) {
      return LaunchReason.FULL;
    }
    if (needed) {
      return LaunchReason.NEEDED;
    }
    return waitedNanos >= patienceNanos() ? LaunchReason.WAITED : null;
  }

  /** How long the oldest step may wait: the delay without the time a launch takes, at least 0. */
  long patienceNanos() {
    return Math.max(0, delayNanos - (long) Math.max(0, expectedNanos));
  }

  /** Learns how long a launch took. */
  void launched(long nanos) {
    expectedNanos = expectedNanos < 0 ? nanos : expectedNanos + RATE * (nanos - expectedNanos);
  }
}
