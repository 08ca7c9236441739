// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Tests whether a successor that learns in the background errs less than the expert in charge, on
 * the events that both predicted before they learned them. The test may be looked at after every
 * event.
 *
 * <p>Null hypothesis: whatever has happened before an event, the successor is not better on it: the
 * difference D of the two 0/1 losses, 1 where only the expert errs and -1 where only the successor
 * does, has a mean of at most 0. The test bets against it: its wealth, 1 at first, is multiplied by
 * {@code 1 + bet D}, with a bet from 0 to 1/2 that is fixed before the event. Under the null
 * hypothesis the wealth is a non-negative supermartingale, so the probability that it ever reaches
 * 1/alpha is at most alpha (Ville's inequality), however the stream and both learners change and
 * depend on the past. No level is promised over several successors: each has a test of its own.
 *
 * <p>The bet is the ratio of the exponentially weighted means of D and D squared so far, which is
 * about what lets the wealth grow fastest, and 0 where the successor has not been better: a
 * successor that has only begun to learn loses little by it.
 *
 * <p>Waudby-Smith, Ramdas: Estimating means of bounded random variables by betting, Journal of the
 * Royal Statistical Society B 86, 2024; Choe, Ramdas: Comparing sequential forecasters, Operations
 * Research 72, 2024.
 */
final class SuccessorTest {
  private static final double LARGEST_BET = 0.5;

  /** Weight of the newest difference in the means. */
  private static final double RATE = 0.02;

  /** Keeps the wealth finite; far beyond 1/alpha of any level that can be set. */
  private static final double LARGEST_WEALTH = 1e100;

  /** By how much the mean may exceed the mean square, each being rounded on its own. */
  private static final double ROUNDING = 1e-12;

  private double wealth = 1;
  private double mean;
  private double meanSquare;

  /** Starts anew, for another successor. */
  void restart() {
    wealth = 1;
    mean = 0;
    meanSquare = 0;
  }

  /**
   * Takes the outcome of one event.
   *
   * @param wrong whether the expert in charge was wrong
   * @param successorWrong whether its successor was wrong
   */
  void observe(boolean wrong, boolean successorWrong) {
    double difference = (wrong ? 1 : 0) - (successorWrong ? 1 : 0);
    double bet = mean > 0 ? Math.min(LARGEST_BET, mean / meanSquare) : 0;
    wealth = Math.min(LARGEST_WEALTH, wealth * (1 + bet * difference));
    mean += RATE * (difference - mean);
    meanSquare += RATE * (difference * difference - meanSquare);
  }

  /** Whether the successor is shown to be better at a level. */
  boolean rejects(double alpha) {
    return wealth * alpha >= 1;
  }

  /** Whether the successor has not been better on the latest events. */
  boolean isHopeless() {
    return mean <= 0;
  }

  /** Whether the two have differed on any event. */
  boolean hasSeenThemDiffer() {
    return meanSquare > 0;
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeDouble(wealth);
    out.writeDouble(mean);
    out.writeDouble(meanSquare);
  }

  void readFrom(DataInput in) throws IOException {
    wealth = SnapshotArrays.readDouble(in, 0, LARGEST_WEALTH, "wealth of a test");
    mean = SnapshotArrays.readDouble(in, -1, 1, "mean difference of a test");
    meanSquare = SnapshotArrays.readDouble(in, 0, 1, "mean squared difference of a test");
    if (mean > meanSquare + ROUNDING) {
      throw new IOException(
          "snapshot holds a mean difference of %s with a mean square of %s"
              .formatted(mean, meanSquare));
    }
  }
}
