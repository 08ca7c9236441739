// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LearnerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * What learners lose on a stream because nobody tells them the sources of the events: accuracy of
 * an oracle minus that of the learner, in points, over the seeds with which both finished. It is
 * below zero for a learner that does better than the oracle's specialists, whoever routes them.
 *
 * @param byLearner of each learner but this oracle that ran with a seed of the oracle's
 */
record Regret(String stream, String oracle, Setting setting, Map<String, Summary> byLearner) {

  /**
   * One table per setting and oracle, with an entry for each stream on which the oracle finished;
   * none is empty.
   */
  static List<List<Regret>> tables(Results results) {
    List<List<Regret>> tables = new ArrayList<>();
    for (Setting setting : results.settings()) {
      for (String oracle : oracles(results)) {
        List<Regret> table =
            results.streams().stream()
                .filter(stream -> !results.runs(stream, oracle, setting).finished().isEmpty())
                .map(stream -> of(results, stream, oracle, setting))
                .toList();
        if (!table.isEmpty()) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  /** Names of the learners that are told the sources of the events. */
  static List<String> oracles(Results results) {
    return results.learners().stream()
        .filter(learner -> learner.kind() == LearnerSpec.Kind.ORACLE)
        .map(LearnerSpec::name)
        .toList();
  }

  private static Regret of(Results results, String stream, String oracle, Setting setting) {
    Map<Long, CellResult> bounds =
        results.runs(stream, oracle, setting).finished().stream()
            .collect(Collectors.toMap(result -> result.cell().seed(), Function.identity()));
    Map<String, Summary> byLearner = new LinkedHashMap<>();
    for (String learner : results.learnerNames()) {
      double[] lost =
          results.runs(stream, learner, setting).finished().stream()
              .flatMapToDouble(result -> lost(bounds.get(result.cell().seed()), result))
              .toArray();
      if (!learner.equals(oracle) && lost.length > 0) {
        byLearner.put(learner, Summary.of(lost));
      }
    }
    return new Regret(stream, oracle, setting, byLearner);
  }

  private static DoubleStream lost(@Nullable CellResult bound, CellResult result) {
    return bound == null
        ? DoubleStream.empty()
        : DoubleStream.of(Measure.ACCURACY.of(bound) - Measure.ACCURACY.of(result));
  }

  /** Mean over the seeds; NaN for a learner that did not run. */
  double of(String learner) {
    Summary lost = byLearner.get(learner);
    return lost == null ? Double.NaN : lost.mean();
  }

  /**
   * Mean over streams.
   *
   * @param regrets of different streams
   * @return NaN for a learner that lacks one of them: a mean of others would not compare
   */
  static double mean(List<Regret> regrets, String learner) {
    return regrets.stream().mapToDouble(regret -> regret.of(learner)).average().orElse(Double.NaN);
  }
}
