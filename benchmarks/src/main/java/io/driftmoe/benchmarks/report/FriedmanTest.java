// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;

/**
 * Do learners differ at all? Friedman's test on their ranks, with n streams and k learners of
 * average rank R_j:
 *
 * <pre>
 *   chi2 = 12 n / (k (k + 1)) (sum R_j^2 - k (k + 1)^2 / 4),   k - 1 degrees of freedom
 *   F    = (n - 1) chi2 / (n (k - 1) - chi2),                  k - 1 and (k - 1)(n - 1)
 * </pre>
 *
 * The second is Iman's and Davenport's, less conservative. After Demšar: Statistical comparisons of
 * classifiers over multiple data sets, JMLR 7, 2006.
 *
 * @param learners k, at least 2
 * @param streams n, at least 2
 * @param chiSquare Friedman's statistic, from 0
 * @param chiSquareP its p value by the chi-squared distribution
 * @param f Iman's and Davenport's statistic; infinite when all streams agree on the order
 * @param fP its p value by the F distribution
 */
record FriedmanTest(
    int learners, int streams, double chiSquare, double chiSquareP, double f, double fP) {

  /**
   * @param averageRanks one per learner
   * @param streams they are averages of
   */
  static FriedmanTest of(double[] averageRanks, int streams) {
    int k = averageRanks.length;
    if (k < 2 || streams < 2) {
      throw new IllegalArgumentException(
          "the test needs 2 learners and 2 streams, got %s and %s".formatted(k, streams));
    }
    double n = streams;
    double squares = 0;
    for (double rank : averageRanks) {
      squares += rank * rank;
    }
    // rounding may leave a little less than nothing when all are equal
    double chiSquare =
        Math.max(0, 12 * n / (k * (k + 1.0)) * (squares - k * (k + 1.0) * (k + 1.0) / 4));
    double chiSquareP = ChiSquaredDistribution.of(k - 1.0).survivalProbability(chiSquare);
    double rest = n * (k - 1) - chiSquare;
    if (rest < 1e-9) {
      return new FriedmanTest(k, streams, chiSquare, chiSquareP, Double.POSITIVE_INFINITY, 0);
    }
    double f = (n - 1) * chiSquare / rest;
    double fP = FDistribution.of(k - 1.0, (k - 1) * (n - 1)).survivalProbability(f);
    return new FriedmanTest(k, streams, chiSquare, chiSquareP, f, fP);
  }
}
