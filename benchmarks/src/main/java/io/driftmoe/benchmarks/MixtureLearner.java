// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import java.util.List;
import java.util.Optional;

/** Our mixture as a learner under comparison. */
final class MixtureLearner implements Learner, MixtureView {
  private final MixtureOfExperts mixture;
  private final int load;

  /**
   * @param load level at which it predicts each event; 0 for all experts
   */
  MixtureLearner(MixtureConfig config, StreamSchema schema, int load) {
    this.mixture = MixtureOfExperts.create(config, schema);
    this.load = load;
  }

  @Override
  public Forecast predict(FeatureVector features) {
    PendingPrediction prediction = mixture.predict(features, load);
    return new Forecast(
        prediction.predictedClass(),
        prediction.probabilities(),
        prediction,
        prediction.hasPredictionSet() ? prediction.predictionSet() : null,
        mixture.expectedAccuracy(prediction),
        null);
  }

  @Override
  public Forecast asked(Forecast forecast, LabelQuestion question) {
    PendingPrediction prediction = (PendingPrediction) forecast.kept();
    return forecast.asking(prediction.asking(question), question);
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    return mixture.learn((PendingPrediction) forecast.kept(), label).alarm().isPresent();
  }

  @Override
  public boolean reportsDrifts() {
    return true;
  }

  @Override
  public Object model() {
    return mixture;
  }

  @Override
  public Optional<MixtureView> mixture() {
    return Optional.of(this);
  }

  @Override
  public int experts() {
    return mixture.experts();
  }

  @Override
  public List<String> expertNames() {
    return mixture.expertNames();
  }

  @Override
  public double[] gateWeights(Forecast forecast) {
    return ((PendingPrediction) forecast.kept()).gateWeights();
  }

  @Override
  public long[] learned() {
    double[] shares = mixture.expertShares();
    long[] learned = new long[shares.length];
    for (int e = 0; e < shares.length; e++) {
      learned[e] = Math.round(shares[e] * mixture.version());
    }
    return learned;
  }

  @Override
  public List<MemberUse> specialistUse() {
    return mixture.specialistUse();
  }

  @Override
  public double specialistEvaluations() {
    return mixture.specialistEvaluations();
  }
}
