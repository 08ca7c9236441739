// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import java.util.Objects;

/** One of our experts, alone, as a learner under comparison. */
final class ExpertLearner implements Learner {
  private final Expert expert;

  ExpertLearner(Expert expert) {
    this.expert = Objects.requireNonNull(expert, "expert");
  }

  @Override
  public Forecast predict(FeatureVector features) {
    double[] probabilities = new double[expert.classes()];
    expert.predict(features, probabilities);
    int predicted = 0;
    for (int c = 1; c < probabilities.length; c++) {
      predicted = probabilities[c] > probabilities[predicted] ? c : predicted;
    }
    return new Forecast(predicted, probabilities, features);
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    expert.learn((FeatureVector) forecast.kept(), label, 1);
    return false;
  }

  @Override
  public Object model() {
    return expert;
  }
}
