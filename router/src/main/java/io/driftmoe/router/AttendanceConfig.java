// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * When an expert that does not improve the mixture is paused: it then predicts and learns only a
 * share of the events, drawn at random, by which it is judged until its pause ends.
 *
 * <p>The gain of an expert is the mean of {@code ln((1 - w) r + w l) - ln r} over the latest events
 * it attended, with l the likelihood it gave to the true class, r that of the mixture of the others
 * that attended, and w its weight, or 1/n of n experts where that is more; likelihoods are mixed
 * with 10 % uniform. After the trial, at the end of each period, the expert that attends and gains
 * least falls asleep if its gain is below {@code leastGain}, and those asleep wake whose gain is
 * above; an expert whose pause has ended attends at least as long as a trial. One always stays
 * awake. Experts that consist of specialists cost more: {@link SpecialistTrials} tells when they
 * rest. A drift of the mixture's errors wakes all and starts another trial. The weights of an
 * expert that did not attend stay as they are in every gate (Freund, Schapire, Singer, Warmuth:
 * Using and combining predictors that specialize, STOC 1997).
 *
 * @param trial labelled events at the start, and after a drift, during which all attend; 0 to
 *     1,000,000,000
 * @param period labelled events between two judgements, 1 to 1,000,000,000
 * @param memory events over which gains are averaged, exponentially, 1 to 1,000,000,000
 * @param probe share of the events that a paused expert attends, or at most attends where it
 *     consists of specialists, above 0, at most 1
 * @param leastGain in nats an event, finite; at least 0
 * @param specialists when experts that consist of specialists are paused and resumed
 */
public record AttendanceConfig(
    int trial,
    int period,
    int memory,
    double probe,
    double leastGain,
    SpecialistTrials specialists) {
  private static final int MOST_EVENTS = 1_000_000_000;

  /**
   * Checks the ranges.
   *
   * @param trial events, 0 to 1,000,000,000
   * @param period events, 1 to 1,000,000,000
   * @param memory events, 1 to 1,000,000,000
   * @param probe above 0, at most 1
   * @param leastGain in nats an event, at least 0 and finite
   * @param specialists when experts that consist of specialists are paused and resumed
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public AttendanceConfig {
    check(0, "trial", trial);
    check(1, "period", period);
    check(1, "memory", memory);
    if (!(probe > 0 && probe <= 1)) {
      throw new IllegalArgumentException("probe must be above 0 and at most 1, got " + probe);
    }
    if (!(leastGain >= 0) || Double.isInfinite(leastGain)) {
      throw new IllegalArgumentException(
          "leastGain must be at least 0 and finite, got " + leastGain);
    }
    Objects.requireNonNull(specialists, "specialists");
  }

  /**
   * The usual trials of specialists.
   *
   * @param trial events, 0 to 1,000,000,000
   * @param period events, 1 to 1,000,000,000
   * @param memory events, 1 to 1,000,000,000
   * @param probe above 0, at most 1
   * @param leastGain in nats an event, at least 0 and finite
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public AttendanceConfig(int trial, int period, int memory, double probe, double leastGain) {
    this(trial, period, memory, probe, leastGain, SpecialistTrials.defaults());
  }

  static void check(int least, String name, int events) {
    if (events < least || events > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "%s must be from %s to %s, got %s".formatted(name, least, MOST_EVENTS, events));
    }
  }

  /**
   * Lets all attend 1,000 events and judges them every 250 by the latest 1,000. A paused expert
   * attends one event in 16, one that consists of specialists one in 128 in the end.
   *
   * @return a configuration under which an expert that gains anything is not paused
   */
  public static AttendanceConfig defaults() {
    return new AttendanceConfig(1000, 250, 1000, 0.0625, 0);
  }
}
