// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Routing regret to one oracle for the page.
 *
 * @param setting in words; empty when there is but one
 * @param streams on which the oracle finished
 * @param values [streams x learners] in points
 * @param means over the streams, by learner
 */
record RegretData(
    String oracle,
    String setting,
    List<String> streams,
    List<List<Double>> values,
    List<Double> means) {

  static List<RegretData> of(Results results) {
    return Regret.tables(results).stream().map(table -> of(results, table)).toList();
  }

  private static RegretData of(Results results, List<Regret> table) {
    Regret first = table.get(0);
    return new RegretData(
        first.oracle(),
        results.settings().size() == 1 ? "" : first.setting().words(),
        table.stream().map(Regret::stream).toList(),
        table.stream().map(regret -> byLearner(results, regret::of)).toList(),
        byLearner(results, learner -> Regret.mean(table, learner)));
  }

  /** With nulls, which {@code toList} keeps. */
  private static List<Double> byLearner(Results results, ToDoubleFunction<String> value) {
    return results.learnerNames().stream()
        .map(learner -> PageData.finite(value.applyAsDouble(learner)))
        .toList();
  }
}
