// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.branches;

/**
 * The wealth of bettors that each stake a fixed fraction of what they have on every event, against
 * the claim that an event pays nothing on average. An event pays one of three amounts; so wealth
 * depends on the counts of the three only, not on their order. The mean of all bettors' wealth,
 * which begins at 1, is the evidence against the claim. Immutable.
 */
final class Bets {
  /*
   * A bettor who stakes the fraction f multiplies the wealth by 1 + f x when an event pays x. If x
   * pays at most m on average, given all before, the factor is at most 1 + f m <= exp(f m) on
   * average. So wealth / exp(f * sum of m) is a supermartingale, and wealth is at most that while
   * the m of the events so far sum to 0 or less. This needs fractions that do not depend on the
   * data; those that follow it (aGRAPA, online Newton step) have a guarantee only if m <= 0 at
   * every single event.
   *
   * The best fraction is the mean of x over its variance, which nobody knows: fractions fall by
   * sqrt(2), from 0.95 of the one that could lose everything, so that one of them is within 19 % of
   * it, which costs at most 4 % of the growth. The smallest is 1/724 of the largest. Uniform weights
   * cost at most ln 20 = 3.0 nats, and 2 or less where neighbours do about as well.
   */
  static final int COUNT = 20;
  private static final double LARGEST = 0.95;
  private static final double LOG_OF_COUNT = StrictMath.log(COUNT);

  private final double[] ofHigh = new double[COUNT];
  private final double[] ofMiddle = new double[COUNT];
  private final double[] ofLow = new double[COUNT];

  /** Payments of the three kinds of event; the low one is negative. */
  Bets(double high, double middle, double low) {
    for (int b = 0; b < COUNT; b++) {
      double fraction = fraction(b, -low);
      ofHigh[b] = StrictMath.log(1 + fraction * high);
      ofMiddle[b] = StrictMath.log(1 + fraction * middle);
      ofLow[b] = StrictMath.log(1 + fraction * low);
    }
  }

  /** What one bettor stakes where an event may take this much a unit. */
  static double fraction(int bettor, double largestLoss) {
    return LARGEST / largestLoss / Math.sqrt(1L << bettor);
  }

  /** Natural logarithm of the mean wealth after this many events of each kind. */
  double logWealth(long high, long middle, long low) {
    double most = logOfRichest(high, middle, low);
    double sum = 0;
    for (int b = 0; b < COUNT; b++) {
      sum += StrictMath.exp(logWealth(b, high, middle, low) - most);
    }
    return most + StrictMath.log(sum) - LOG_OF_COUNT;
  }

  /** Whether the logarithm of the mean wealth is at least this; cheap where it is far from it. */
  boolean reaches(double logWealth, long high, long middle, long low) {
    return logOfRichest(high, middle, low) >= logWealth
        && logWealth(high, middle, low) >= logWealth;
  }

  private double logOfRichest(long high, long middle, long low) {
    double most = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < COUNT; b++) {
      most = Math.max(most, logWealth(b, high, middle, low));
    }
    return most;
  }

  private double logWealth(int bettor, long high, long middle, long low) {
    return high * ofHigh[bettor] + middle * ofMiddle[bettor] + low * ofLow[bettor];
  }
}
