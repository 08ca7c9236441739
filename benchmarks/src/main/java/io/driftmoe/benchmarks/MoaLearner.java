// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.moa.MoaInstances;
import moa.classifiers.Classifier;
import moa.classifiers.drift.DriftDetectionMethodClassifier;
import moa.core.Utils;
import moa.options.ClassOption;

/**
 * A MOA classifier as a learner under comparison, set up and asked as MOA's own prequential
 * evaluation does it, so that the predictions are the same.
 */
final class MoaLearner implements Learner {
  private static final double[] NO_VOTES = {};

  private final Classifier classifier;
  private final MoaInstances instances;
  private final int classes;

  /**
   * @param commandLine as MOA writes it, such as {@code trees.HoeffdingTree -g 50}
   * @param seed of the classifier; MOA's own is 1
   */
  MoaLearner(String commandLine, StreamSchema schema, long seed) {
    this.classifier = create(commandLine);
    this.instances = new MoaInstances(schema);
    this.classes = schema.classes();
    if (classifier.isRandomizable()) {
      boolean fits = seed == (int) seed;
      classifier.setRandomSeed(fits ? (int) seed : (int) SplitMix64.derive(seed, 0));
    }
    classifier.prepareForUse();
    classifier.setModelContext(instances.header());
  }

  private MoaLearner(Classifier classifier, MoaInstances instances, int classes) {
    this.classifier = classifier;
    this.instances = instances;
    this.classes = classes;
  }

  /** One that has learned the same and goes its own way from here. */
  MoaLearner copy() {
    return new MoaLearner(classifier.copy(), instances, classes);
  }

  /**
   * The classifier that a command line describes, not ready for use yet.
   *
   * @throws IllegalArgumentException when MOA has no such classifier or it has no such options
   */
  static Classifier create(String commandLine) {
    try {
      return (Classifier) ClassOption.cliStringToObject(commandLine, Classifier.class, null);
    } catch (Exception e) { // that is what MOA declares
      throw new IllegalArgumentException(
          "MOA cannot make a classifier of '%s': %s".formatted(commandLine, e.getMessage()), e);
    }
  }

  @Override
  public Forecast predict(FeatureVector features) {
    Instance instance = instances.of(features);
    double[] votes = classifier.getVotesForInstance(instance);
    if (votes == null) {
      votes = NO_VOTES; // gradient boosting before its first example
    }
    double[] probabilities = new double[classes];
    MoaInstances.normalise(votes, probabilities);
    return new Forecast(Utils.maxIndex(votes), probabilities, instance);
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    Instance instance = (Instance) forecast.kept();
    instance.setClassValue(label);
    classifier.trainOnInstance(instance);
    return classifier instanceof DriftDetectionMethodClassifier detecting
        && detecting.isChangeDetected();
  }

  @Override
  public boolean reportsDrifts() {
    return classifier instanceof DriftDetectionMethodClassifier;
  }

  @Override
  public Object model() {
    return classifier;
  }
}
