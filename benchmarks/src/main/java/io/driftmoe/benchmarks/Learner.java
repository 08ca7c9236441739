// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.LabelQuestion;
import java.util.Optional;

/**
 * A learner under comparison. It sees features when it predicts and a label only when it learns.
 * Not thread-safe.
 */
public interface Learner {

  /** Predicts without learning. */
  Forecast predict(FeatureVector features);

  /**
   * Learns the label of an earlier forecast, each at most once.
   *
   * @param label class index
   * @return whether the learner reports a drift
   */
  boolean learn(Forecast forecast, int label);

  /** Whether it asks for the label of a forecast; by itself a learner takes every label. */
  default boolean wantsLabel(Forecast forecast) {
    return true;
  }

  /** The forecast with its label asked for. */
  default Forecast asked(Forecast forecast, LabelQuestion question) {
    return forecast.asking(forecast.kept(), question);
  }

  /** Whether {@link #learn} ever reports a drift. */
  default boolean reportsDrifts() {
    return false;
  }

  /** What the learner keeps, for weighing it. */
  Object model();

  /** The mixture inside, if that is what it is: its gate and experts can be shown. */
  default Optional<MixtureView> mixture() {
    return Optional.empty();
  }
}
