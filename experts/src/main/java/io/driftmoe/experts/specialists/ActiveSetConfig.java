// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

/**
 * Which specialists are asked about an event: they are taken in order of decreasing weight until
 * their weights sum to a given mass.
 *
 * @param predicted mass of those that predict, above 0, at most 1
 * @param learned mass of those among which the responsibility for an event is divided when its
 *     label comes, above 0, at most 1
 * @param complete share of the events, drawn at random, whose responsibility is divided among all;
 *     from 0 to 1
 * @param eager learned events at the start whose responsibility is divided among all, at least 0
 * @param negligible a specialist is not asked about an event whose label has come if it could not
 *     be responsible for as much, whatever it said: the less so the better those before it did;
 *     from 0 (only the mass decides) to 1 (exclusive)
 */
public record ActiveSetConfig(
    double predicted, double learned, double complete, int eager, double negligible) {
  private static final int LONGEST_START = 1_000_000_000;

  /**
   * Checks the ranges.
   *
   * @param predicted above 0, at most 1
   * @param learned above 0, at most 1
   * @param complete from 0 to 1
   * @param eager events, from 0 to 1,000,000,000
   * @param negligible from 0 to 1 (exclusive)
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ActiveSetConfig {
    if (!(predicted > 0 && predicted <= 1)) {
      throw new IllegalArgumentException(
          "predicted must be above 0 and at most 1, got " + predicted);
    }
    if (!(learned > 0 && learned <= 1)) {
      throw new IllegalArgumentException("learned must be above 0 and at most 1, got " + learned);
    }
    if (!(complete >= 0 && complete <= 1)) {
      throw new IllegalArgumentException("complete must be from 0 to 1, got " + complete);
    }
    if (eager < 0 || eager > LONGEST_START) {
      throw new IllegalArgumentException(
          "eager must be from 0 to %s, got %s".formatted(LONGEST_START, eager));
    }
    if (!(negligible >= 0 && negligible < 1)) {
      throw new IllegalArgumentException(
          "negligible must be from 0 to 1 (exclusive), got " + negligible);
    }
  }

  /**
   * The mass alone decides.
   *
   * @param predicted above 0, at most 1
   * @param learned above 0, at most 1
   * @param complete from 0 to 1
   * @param eager events, from 0 to 1,000,000,000
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ActiveSetConfig(double predicted, double learned, double complete, int eager) {
    this(predicted, learned, complete, eager, 0);
  }

  /**
   * Uses masses that keep most specialists of an event idle.
   *
   * @return weights of 0.9 predict and weights of 0.999 learn; those who could be responsible for
   *     less than 0.1 % do not; all learn in the first 1,000 events and in 5 % of the others
   */
  public static ActiveSetConfig defaults() {
    return new ActiveSetConfig(0.9, 0.999, 0.05, 1000, 0.001);
  }
}
