// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;

/**
 * When a job that has failed goes on from its last checkpoint: after 1 s, and after twice as long
 * each time that it fails again, up to 1 min. A broker that is away is waited for; a fault that
 * comes again at the same record ends the job after a number of attempts. They are counted anew
 * once the job has run for a while. Flink counts all of them as {@code numRestarts}.
 */
final class Restarts {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final double FACTOR = 2;

  /** A record that makes the job fail is read much sooner after a restart. */
  private static final Duration HEALTHY_AFTER = Duration.ofMinutes(10);

  private Restarts() {}

  static Configuration settings(JobOptions.Job job) {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST);
    settings.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, FACTOR);
    settings.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        HEALTHY_AFTER);
    settings.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
        job.maxRestartsInARow());
    return settings;
  }
}
