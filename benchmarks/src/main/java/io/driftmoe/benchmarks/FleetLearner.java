// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.models.Fleet;
import io.driftmoe.router.models.FleetPrediction;

/** A fleet, whose keys are the groups. */
final class FleetLearner implements Learner {
  private final GroupColumn column;
  private final Fleet fleet;

  /**
   * @param fleet of events without the group
   */
  FleetLearner(GroupColumn column, Fleet fleet) {
    this.column = column;
    this.fleet = fleet;
  }

  @Override
  public Forecast predict(FeatureVector features) {
    FleetPrediction prediction = fleet.predict(column.groupOf(features), column.without(features));
    return new Forecast(
        prediction.predictedClass(),
        prediction.probabilities(),
        prediction,
        prediction.hasPredictionSet() ? prediction.predictionSet() : null,
        Double.NaN,
        null);
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    return fleet
        .learn((FleetPrediction) forecast.kept(), label)
        .flatMap(report -> report.alarm())
        .isPresent();
  }

  @Override
  public boolean reportsDrifts() {
    return true;
  }

  @Override
  public Object model() {
    return fleet;
  }
}
