// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the learner itself says about the events of a model key. */
final class Library {
  /**
   * A prediction.
   *
   * @param probabilities by class
   */
  record Said(String predictedClass, Map<String, Double> probabilities, long version) {}

  private Library() {}

  /**
   * Of events whose labels come so many events later.
   *
   * @return one for each event
   */
  static List<Said> said(List<LabeledExample> examples, Preset preset, long seed, int delay) {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureSettings.of(preset).config(seed), Prices.SCHEMA);
    List<PendingPrediction> predictions = new ArrayList<>();
    List<Said> said = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      PendingPrediction prediction = mixture.predict(examples.get(i).features());
      predictions.add(prediction);
      said.add(said(prediction));
      if (i >= delay) {
        mixture.learn(predictions.get(i - delay), examples.get(i - delay).label());
      }
    }
    return said;
  }

  /** A model that has learned these. */
  static MixtureOfExperts learned(List<LabeledExample> examples, Preset preset, long seed) {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureSettings.of(preset).config(seed), Prices.SCHEMA);
    for (LabeledExample example : examples) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    return mixture;
  }

  static Said said(PendingPrediction prediction) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    double[] values = prediction.probabilities();
    for (int i = 0; i < values.length; i++) {
      probabilities.put(Prices.SCHEMA.labels().name(i), values[i]);
    }
    return new Said(
        Prices.SCHEMA.labels().name(prediction.predictedClass()),
        probabilities,
        prediction.modelVersion());
  }
}
