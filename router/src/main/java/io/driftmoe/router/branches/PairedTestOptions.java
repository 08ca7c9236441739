// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

/**
 * What a {@link PairedTest} has to show, and how surely.
 *
 * @param level largest probability of a wrong verdict of each kind, over the whole test; above 0,
 *     below 1
 * @param smallestGain share of events by which the challenger must be right more often than the
 *     champion to be {@link Verdict#BETTER}; from 0, below 1
 * @param mostNegativeFlips share of events on which the champion is right and the challenger wrong:
 *     with more, the challenger is not {@link Verdict#BETTER}; above 0, at most 1; 1 sets no bound
 */
public record PairedTestOptions(double level, double smallestGain, double mostNegativeFlips) {

  /**
   * Checks the ranges.
   *
   * @param level see above
   * @param smallestGain see above
   * @param mostNegativeFlips see above
   * @throws IllegalArgumentException naming the one that is out of range
   */
  public PairedTestOptions {
    require(level > 0 && level < 1, "level", level, "above 0 and below 1");
    require(smallestGain >= 0 && smallestGain < 1, "smallestGain", smallestGain, "from 0, below 1");
    require(
        mostNegativeFlips > 0 && mostNegativeFlips <= 1,
        "mostNegativeFlips",
        mostNegativeFlips,
        "above 0, at most 1");
  }

  /**
   * The options of one of many tests whose levels sum to at most this one's, however many follow:
   * the first has half of it, the second a sixth, the k-th {@code level / (k (k + 1))}. For a
   * challenger that is tested again, or for one after the other.
   *
   * @param attempt which test, from 1
   * @return the same options with a part of the level
   */
  public PairedTestOptions ofAttempt(int attempt) {
    require(attempt >= 1, "attempt", attempt, "at least 1");
    return new PairedTestOptions(
        level / (attempt * (attempt + 1.0)), smallestGain, mostNegativeFlips);
  }

  private static void require(boolean valid, String field, double value, String range) {
    if (!valid) {
      throw new IllegalArgumentException(field + " must be " + range + ", not " + value);
    }
  }
}
