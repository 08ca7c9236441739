// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A learner for each group; each is made when its first event comes. */
final class EachGroupLearner implements Learner {
  private final GroupColumn column;
  private final Function<StreamSchema, Learner> maker;
  private final Map<String, Learner> learners = new LinkedHashMap<>();

  private record Kept(Learner learner, Forecast forecast) {}

  EachGroupLearner(GroupColumn column, Function<StreamSchema, Learner> maker) {
    this.column = column;
    this.maker = maker;
  }

  @Override
  public Forecast predict(FeatureVector features) {
    Learner learner =
        learners.computeIfAbsent(column.groupOf(features), first -> maker.apply(column.rest()));
    Forecast forecast = learner.predict(column.without(features));
    return new Forecast(
        forecast.predicted(),
        forecast.probabilities(),
        new Kept(learner, forecast),
        forecast.set(),
        forecast.expected(),
        null);
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    Kept kept = (Kept) forecast.kept();
    return kept.learner().learn(kept.forecast(), label);
  }

  @Override
  public Object model() {
    return learners.values().stream().map(Learner::model).toList();
  }
}
