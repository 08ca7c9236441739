// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.statistics.ranking.NaNStrategy;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * Learners ranked on every stream by their mean over the seeds; 1 is best, ties share the mean of
 * their ranks. Streams on which no learner finished do not count, and a learner that lacks a run on
 * one of the others has no rank: ranks of different sets of streams cannot be compared. Nor has one
 * that is told more than the others.
 *
 * @param streams that count
 * @param learners that are ranked
 * @param ranks [streams x learners]
 * @param averages average rank of each learner
 * @param leftOut why each of the other learners is not ranked
 */
record Ranking(
    List<String> streams,
    List<String> learners,
    double[][] ranks,
    double[] averages,
    Map<String, String> leftOut) {

  static Ranking of(Results results, Measure measure) {
    List<String> streams =
        results.streams().stream()
            .filter(
                stream ->
                    results.learnerNames().stream()
                        .anyMatch(learner -> !results.runs(stream, learner).finished().isEmpty()))
            .toList();
    List<String> learners = new ArrayList<>();
    Map<String, String> leftOut = new LinkedHashMap<>();
    for (String learner : results.learnerNames()) {
      List<String> lacking =
          streams.stream()
              .filter(
                  stream -> {
                    Runs runs = results.runs(stream, learner);
                    return !runs.complete() || runs.summary(measure).count() == 0;
                  })
              .toList();
      if (Regret.oracles(results).contains(learner)) {
        leftOut.put(learner, "it is told the sources of the events");
      } else if (lacking.isEmpty() && !streams.isEmpty()) {
        learners.add(learner);
      } else {
        leftOut.put(
            learner,
            streams.isEmpty()
                ? "no result at all"
                : "no complete result on " + String.join(", ", lacking));
      }
    }
    double[][] values = new double[streams.size()][learners.size()];
    for (int s = 0; s < streams.size(); s++) {
      for (int l = 0; l < learners.size(); l++) {
        double mean = results.runs(streams.get(s), learners.get(l)).summary(measure).mean();
        values[s][l] = measure.highIsGood() ? -mean : mean;
      }
    }
    double[][] ranks = ranks(values);
    return new Ranking(streams, learners, ranks, averages(ranks, learners.size()), leftOut);
  }

  /** Ranks within each row, the smallest value first. */
  static double[][] ranks(double[][] values) {
    NaturalRanking ranking = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE);
    double[][] ranks = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      ranks[i] = ranking.apply(values[i]);
    }
    return ranks;
  }

  private static double[] averages(double[][] ranks, int learners) {
    double[] averages = new double[learners];
    for (double[] row : ranks) {
      for (int l = 0; l < learners; l++) {
        averages[l] += row[l] / ranks.length;
      }
    }
    return averages;
  }

  /** Average rank of a learner; empty when it is left out. */
  OptionalDouble average(String learner) {
    int index = learners.indexOf(learner);
    return index < 0 ? OptionalDouble.empty() : OptionalDouble.of(averages[index]);
  }

  /** Why there is nothing to test; empty when there is. */
  String reasonAgainstTest() {
    if (learners.size() < 2) {
      return "The test compares at least 2 learners with results on every stream; there are "
          + learners.size()
          + ".";
    }
    return streams.size() < 2
        ? "The test needs at least 2 streams; there are " + streams.size() + "."
        : "";
  }
}
