// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Evidence that a challenger loses, or has come to lose: the claim that it never does is bet
 * against from each event on. An event pays 1 where only the champion is right, -1 where only the
 * challenger is, else nothing.
 */
final class LossWatch {
  /*
   * A bettor who begins at event s has wealth of mean at most 1 later on, if each event's expected
   * payment, given all before, is at most 0. So has a mean over all beginnings whose weights sum to
   * 1: a half begins with the first event; 1 / ((j + 1) (j + 2)) of the other half, evenly, with
   * events 2^j to 2^(j+1) - 1. Bettors with the same fraction share one purse: those who begin
   * later pay their part into it. This is the e-detector of Shin, Ramdas and Rinaldo with weights
   * that sum to 1 in place of 1 each, so that the probability of a false alarm ever is bounded, not
   * the mean time to one. Its price is a delay that grows with the logarithm of the test's age.
   */
  private static final double[] UP = new double[Bets.COUNT];
  private static final double[] DOWN = new double[Bets.COUNT];

  static {
    for (int b = 0; b < Bets.COUNT; b++) {
      UP[b] = 1 + Bets.fraction(b, 1);
      DOWN[b] = 1 - Bets.fraction(b, 1);
    }
  }

  private final double[] purses = new double[Bets.COUNT];

  /** What bettors have who began after the last event that paid. */
  private double waiting = 0.5;

  /** Adds an event that paid nothing; number counts all events, from 1. */
  void addDraw(long number) {
    begin(number);
  }

  /** Adds an event on which one of them was wrong. */
  void add(long number, boolean challengerLost) {
    double[] factors = challengerLost ? UP : DOWN;
    for (int b = 0; b < Bets.COUNT; b++) {
      purses[b] = (purses[b] + waiting) * factors[b];
    }
    waiting = 0;
    begin(number);
  }

  /** Lets bettors begin after this event. */
  private void begin(long number) {
    int power = 63 - Long.numberOfLeadingZeros(number);
    waiting += 0.5 / ((power + 1) * (power + 2)) / (1L << power);
  }

  /** Mean wealth. */
  double wealth() {
    double sum = 0;
    for (double purse : purses) {
      sum += purse;
    }
    return sum / Bets.COUNT + waiting;
  }

  void write(DataOutput out) throws IOException {
    for (double purse : purses) {
      out.writeDouble(purse);
    }
    out.writeDouble(waiting);
  }

  static LossWatch read(DataInput in) throws IOException {
    LossWatch watch = new LossWatch();
    for (int b = 0; b < Bets.COUNT; b++) {
      watch.purses[b] = wealth(in, Double.MAX_VALUE);
    }
    watch.waiting = wealth(in, 1);
    return watch;
  }

  private static double wealth(DataInput in, double most) throws IOException {
    double value = in.readDouble();
    if (!(value >= 0 && value <= most)) {
      throw new IOException("snapshot of a paired test has a wealth of " + value);
    }
    return value;
  }
}
