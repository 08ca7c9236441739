// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.EstimatedAccuracy;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * How accurate all predictions of a subtask are expected to be that wait for their labels: the
 * estimates of its models, each as last reported, weighted by how many wait.
 *
 * <p>Of the errors, what chance makes of each prediction evens out over models. By how much the
 * probabilities of a model are wrong may have the same cause in all of them, such as a drift, so
 * these parts are added as if all models were wrong in the same direction.
 */
final class ExpectedTotal {
  private static final double PER_CENT = 100;

  /** An error is so many standard deviations, as in {@link EstimatedAccuracy}. */
  private static final double DEVIATIONS = 2;

  private static final Shown NOTHING = new Shown(0, -1, -1);

  private final Map<String, Part> parts = new HashMap<>();
  private long predictions;
  private double right;
  private double chance;
  private double wrong;

  /** Read by the threads of metric reporters. */
  private volatile Shown shown = NOTHING;

  /**
   * What one model adds.
   *
   * @param right predictions that are expected to be right
   * @param chance variance of that number by chance
   * @param wrong standard deviation of that number by probabilities that are not right
   */
  private record Part(long predictions, double right, double chance, double wrong) {
    static Part of(EstimatedAccuracy estimate) {
      double n = estimate.predictions();
      double deviation = n * estimate.error() / (PER_CENT * DEVIATIONS);
      return new Part(
          estimate.predictions(),
          n * estimate.accuracy() / PER_CENT,
          estimate.chance(),
          Math.sqrt(Math.max(0, deviation * deviation - estimate.chance())));
    }
  }

  private record Shown(long predictions, double accuracy, double error) {}

  /** Registers the gauges. */
  ExpectedTotal(MetricGroup group) {
    JobMetric.ESTIMATED_PREDICTIONS.gauge(group, () -> shown.predictions);
    JobMetric.ESTIMATED_ACCURACY.gauge(group, () -> shown.accuracy);
    JobMetric.ESTIMATED_ACCURACY_ERROR.gauge(group, () -> shown.error);
  }

  /**
   * Takes what is expected of a model now.
   *
   * @param estimate null where nothing waits, or nothing is known
   */
  void update(String key, @Nullable EstimatedAccuracy estimate) {
    Part former = parts.remove(key);
    if (former == null && estimate == null) {
      return;
    }
    if (former != null) {
      add(former, -1);
    }
    if (estimate != null) {
      Part part = Part.of(estimate);
      parts.put(key, part);
      add(part, 1);
    }
    show();
  }

  private void add(Part part, int sign) {
    predictions += sign * part.predictions;
    right += sign * part.right;
    chance += sign * part.chance;
    wrong += sign * part.wrong;
  }

  private void show() {
    if (parts.isEmpty()) {
      right = 0; // what rounding has left
      chance = 0;
      wrong = 0;
      shown = NOTHING;
      return;
    }
    double error = DEVIATIONS * Math.sqrt(Math.max(0, chance) + wrong * wrong) / predictions;
    shown =
        new Shown(
            predictions,
            PER_CENT * Math.max(0, Math.min(1, right / predictions)),
            Math.min(PER_CENT, PER_CENT * error));
  }
}
