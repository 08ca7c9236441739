// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.example;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import java.util.List;

/** The learner as a library: docs/public-api.md shows this file between the two marks. */
final class EmbeddedMixture {
  private EmbeddedMixture() {}

  /** Accuracy in per cent on a thousand events whose class is the larger of two numbers. */
  static double run() {
    // begin of the example
    var attributes = List.of(Attribute.numeric("left"), Attribute.numeric("right"));
    var schema = new StreamSchema(attributes, new LabelSpace(List.of("left", "right")));
    var mixture = MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    var random = new java.util.Random(1);
    for (int event = 0; event < 1000; event++) {
      FeatureVector features = FeatureVector.of(random.nextDouble(), random.nextDouble());
      PendingPrediction prediction = mixture.predict(features); // class, probabilities, weights
      int label = features.get(0) > features.get(1) ? 0 : 1; // comes at once, late, or never
      mixture.learn(prediction, label); // tests, watches for drift, then trains
    }
    return mixture.evaluation().overall().accuracy();
    // end of the example
  }
}
