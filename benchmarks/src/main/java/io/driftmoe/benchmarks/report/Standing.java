// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a learner does over all streams, by its mean accuracies over the seeds. Unlike in {@link
 * Ranking}, one that failed on a stream stays in: there it comes last, together with all that
 * failed. Streams on which every learner failed do not count, and oracles are left out.
 *
 * @param meanRank over the streams, 1 is best; ties share the mean of their ranks
 * @param first number of streams on which no mean is higher
 * @param largestGap the most by which its mean is below the best one of a stream, in points; NaN
 *     when it failed on all
 * @param gapStream where that is; empty when it failed on all
 * @param failed streams on which it has no result, or not with every seed
 */
record Standing(
    String learner,
    double meanRank,
    int first,
    double largestGap,
    String gapStream,
    List<String> failed) {

  /** The best mean rank first; empty when there are fewer than two learners or no stream. */
  static List<Standing> of(Results results) {
    List<String> learners =
        results.learnerNames().stream()
            .filter(learner -> !Regret.oracles(results).contains(learner))
            .toList();
    List<String> streams =
        results.streams().stream()
            .filter(
                stream ->
                    learners.stream().anyMatch(learner -> hasResult(results, stream, learner)))
            .toList();
    List<Standing> standings = new ArrayList<>();
    if (learners.size() < 2 || streams.isEmpty()) {
      return standings;
    }
    double[][] lost = new double[streams.size()][];
    for (int s = 0; s < lost.length; s++) {
      String stream = streams.get(s);
      lost[s] = learners.stream().mapToDouble(learner -> lost(results, stream, learner)).toArray();
    }
    double[][] ranks = Ranking.ranks(lost);
    for (int l = 0; l < learners.size(); l++) {
      standings.add(of(learners.get(l), l, streams, lost, ranks));
    }
    standings.sort(Comparator.comparingDouble(Standing::meanRank));
    return standings;
  }

  private static boolean hasResult(Results results, String stream, String learner) {
    Runs runs = results.runs(stream, learner);
    return runs.complete() && runs.summary(Measure.ACCURACY).count() > 0;
  }

  /** Points below 100; infinite without a result. */
  private static double lost(Results results, String stream, String learner) {
    return hasResult(results, stream, learner)
        ? 100 - results.runs(stream, learner).summary(Measure.ACCURACY).mean()
        : Double.POSITIVE_INFINITY;
  }

  private static Standing of(
      String learner, int l, List<String> streams, double[][] lost, double[][] ranks) {
    double sum = 0;
    int first = 0;
    double largestGap = Double.NaN;
    String gapStream = "";
    List<String> failed = new ArrayList<>();
    for (int s = 0; s < lost.length; s++) {
      sum += ranks[s][l];
      double least = Double.POSITIVE_INFINITY;
      for (double other : lost[s]) {
        least = Math.min(least, other);
      }
      double gap = lost[s][l] - least;
      first += gap == 0 ? 1 : 0;
      if (Double.isInfinite(gap)) {
        failed.add(streams.get(s));
      } else if (!(gap <= largestGap)) {
        largestGap = gap;
        gapStream = streams.get(s);
      }
    }
    return new Standing(learner, sum / lost.length, first, largestGap, gapStream, failed);
  }
}
