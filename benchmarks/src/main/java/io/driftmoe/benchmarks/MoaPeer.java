// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;

/**
 * A MOA classifier as the suite runs it, for microbenchmarks that set ours beside it: the same
 * set-up, seed 1, the same conversion of features and votes. Not thread-safe.
 */
public final class MoaPeer {
  private static final long SEED = 1;

  private final MoaLearner learner;

  private MoaPeer(MoaLearner learner) {
    this.learner = learner;
  }

  /**
   * The classifier, which has learned nothing.
   *
   * @param name of a MOA classifier in {@link LearnerCatalog}
   * @throws IllegalArgumentException when there is none of this name
   */
  public static MoaPeer named(String name, StreamSchema schema) {
    LearnerSpec spec = LearnerCatalog.named(name);
    if (spec.kind() != LearnerSpec.Kind.MOA) {
      throw new IllegalArgumentException("name must be that of a MOA classifier, got " + name);
    }
    return new MoaPeer(new MoaLearner(spec.definition(), schema, SEED));
  }

  /** One that has learned the same and goes its own way from here. */
  public MoaPeer copy() {
    return new MoaPeer(learner.copy());
  }

  /** The predicted class; learns nothing. */
  public int predict(FeatureVector features) {
    return learner.predict(features).predicted();
  }

  /** The class predicted before the label was learned. */
  public int predictAndLearn(LabeledExample example) {
    Forecast forecast = learner.predict(example.features());
    learner.learn(forecast, example.label());
    return forecast.predicted();
  }
}
