// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Distribution of the range of k independent standard normal variables: the studentized range with
 * infinitely many degrees of freedom. With z the largest of them,
 *
 * <pre>
 *   P(range &lt;= q) = k integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1) dz
 * </pre>
 *
 * by Simpson's rule. Checked against Demšar's table (JMLR 7, 2006, table 5).
 */
final class StudentizedRange {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Beyond these the density is below 1e-16. */
  private static final double REACH = 8.5;

  private static final int INTERVALS = 2000;
  private static final double PRECISION = 1e-10;

  private StudentizedRange() {}

  /**
   * @param q from 0
   * @param k variables, at least 2
   */
  static double probability(double q, int k) {
    double step = 2 * REACH / INTERVALS;
    double sum = 0;
    for (int i = 0; i <= INTERVALS; i++) {
      double z = -REACH + i * step;
      double weight = i == 0 || i == INTERVALS ? 1 : i % 2 == 1 ? 4 : 2;
      double between = NORMAL.cumulativeProbability(z) - NORMAL.cumulativeProbability(z - q);
      sum += weight * NORMAL.density(z) * Math.pow(between, k - 1.0);
    }
    return Math.min(1, k * sum * step / 3);
  }

  /**
   * The range that is not exceeded with a probability.
   *
   * @param probability above 0, below 1
   * @param k variables, at least 2
   */
  static double quantile(double probability, int k) {
    if (!(probability > 0 && probability < 1) || k < 2) {
      throw new IllegalArgumentException(
          "probability must lie between 0 and 1 and k be at least 2, got %s and %s"
              .formatted(probability, k));
    }
    double low = 0;
    double high = 2 * REACH;
    while (high - low > PRECISION) {
      double middle = (low + high) / 2;
      if (probability(middle, k) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
