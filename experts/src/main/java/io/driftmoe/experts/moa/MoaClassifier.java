// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;
import moa.classifiers.Classifier;

/** A classifier of MOA as an expert; see {@link MoaClassifierFactory}. */
final class MoaClassifier implements Expert {
  private static final String TAG = "MOAC";
  private static final int VERSION = 1;
  private static final double[] NO_VOTES = {};

  private final MoaClassifierFactory factory;
  private final Domain domain;
  private final MoaInstances instances;
  private final Classifier classifier;

  private MoaClassifier(
      MoaClassifierFactory factory,
      StreamSchema schema,
      MoaInstances instances,
      Classifier classifier) {
    this.factory = factory;
    this.domain = new Domain(schema);
    this.instances = instances;
    this.classifier = classifier;
  }

  /**
   * One that has learned nothing.
   *
   * @throws IllegalArgumentException when MOA refuses the schema, or lacks a library
   */
  static MoaClassifier create(MoaClassifierFactory factory, StreamSchema schema, long seed) {
    MoaInstances instances = new MoaInstances(schema);
    Classifier classifier = factory.newClassifier();
    try {
      if (classifier.isRandomizable()) {
        classifier.setRandomSeed((int) SplitMix64.derive(seed, 0));
      }
      classifier.prepareForUse();
      classifier.setModelContext(instances.header());
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "learner '%s' cannot be made: %s".formatted(factory.learner(), MoaCommandLine.reason(e)),
          e);
    }
    return new MoaClassifier(factory, schema, instances, classifier);
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    double[] votes = classifier.getVotesForInstance(instances.of(features));
    MoaInstances.normalise(votes == null ? NO_VOTES : votes, distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    Instance instance = instances.of(features); // a new one, because some classifiers keep it
    instance.setClassValue(label);
    instance.setWeight(weight);
    classifier.trainOnInstance(instance);
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "MOA %s: learned weight %.1f",
        factory.learner(),
        classifier.trainingWeightSeenByModel());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    byte[] bytes = MoaSerialization.write(factory.learner(), classifier);
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(domain.attributes());
    out.writeInt(domain.classes());
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Continues from a snapshot. */
  static MoaClassifier readSnapshot(MoaClassifierFactory factory, StreamSchema schema, DataInput in)
      throws IOException {
    MoaSerialization.requireAllowed(factory.learner());
    SnapshotHeader.read(in, TAG, VERSION);
    int attributes = in.readInt();
    int classes = in.readInt();
    if (attributes != schema.features() || classes != schema.classes()) {
      throw new IOException(
          "snapshot of MOA's %s is of %s attributes and %s classes, expected %s and %s"
              .formatted(
                  factory.learner(), attributes, classes, schema.features(), schema.classes()));
    }
    Class<? extends Classifier> type = factory.newClassifier().getClass();
    Classifier classifier = MoaSerialization.read(factory.learner(), type, in);
    return new MoaClassifier(factory, schema, new MoaInstances(schema), classifier);
  }
}
