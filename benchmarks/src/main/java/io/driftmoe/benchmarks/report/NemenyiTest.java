// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which learners differ? By Nemenyi's test those whose average ranks are apart by at least the
 * critical difference q sqrt(k (k + 1) / (6 n)), q the quantile of the studentized range divided by
 * the root of 2 (Demšar, JMLR 7, 2006).
 *
 * @param q at the 5 % level
 * @param criticalDifference in ranks
 * @param cliques groups, as large as can be, within which no two learners differ; indices of
 *     learners from the best rank to the worst
 */
record NemenyiTest(double q, double criticalDifference, List<List<Integer>> cliques) {
  /** Level of significance. */
  static final double ALPHA = 0.05;

  /**
   * @param averageRanks one per learner, at least 2
   * @param streams they are averages of
   */
  static NemenyiTest of(double[] averageRanks, int streams) {
    int k = averageRanks.length;
    double q = criticalValue(k);
    double difference = q * Math.sqrt(k * (k + 1.0) / (6.0 * streams));
    return new NemenyiTest(q, difference, cliques(averageRanks, difference));
  }

  /** q for k learners. */
  static double criticalValue(int k) {
    return StudentizedRange.quantile(1 - ALPHA, k) / Math.sqrt(2);
  }

  /** Runs of neighbours in rank that are no further apart, none inside of another. */
  static List<List<Integer>> cliques(double[] averageRanks, double difference) {
    int[] order =
        IntStream.range(0, averageRanks.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> averageRanks[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<List<Integer>> cliques = new ArrayList<>();
    int reached = 0;
    for (int first = 0; first < order.length; first++) {
      int last = first;
      while (last + 1 < order.length
          && averageRanks[order[last + 1]] - averageRanks[order[first]] < difference) {
        last++;
      }
      if (last > first && last > reached) {
        cliques.add(Arrays.stream(order, first, last + 1).boxed().toList());
        reached = last;
      }
    }
    return cliques;
  }
}
