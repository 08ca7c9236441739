// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.MetricsEvent;

/**
 * How accurate the predictions are expected to be that wait for their labels.
 *
 * @param accuracy in per cent; NaN where it is not known
 * @param error by how many points it may be wrong either way; NaN where that is not known
 */
record Expectation(double accuracy, double error) {
  private static final double MOST = 100;

  static Expectation of(MetricsEvent report) {
    double accuracy = valid(report.getEstimatedAccuracy());
    double error = valid(report.getEstimatedAccuracyError());
    return new Expectation(accuracy, Double.isNaN(accuracy) ? Double.NaN : error);
  }

  /** A record says -1 where it does not know; what is no such number is not known either. */
  private static double valid(double value) {
    return value >= 0 && value <= MOST ? value : Double.NaN;
  }

  void toJson(ObjectNode json) {
    Numbers.put(json, "expected", accuracy);
    Numbers.put(json, "expectedError", error);
  }
}
