// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** MOA's Hoeffding tree as an expert; see {@link MoaHoeffdingTreeFactory}. */
final class MoaHoeffdingTree implements Expert {
  private final MoaSnapshotHeader header;
  private final LeanHoeffdingTree tree;
  private final int[] nominalValues;
  private final int classes;
  // MOA's tree keeps no instance, so one is enough.
  private final Instance instance;

  MoaHoeffdingTree(MoaHoeffdingTreeFactory factory, StreamSchema schema) {
    this.header = new MoaSnapshotHeader(factory, schema);
    this.tree = factory.newTree();
    this.classes = schema.classes();
    this.nominalValues =
        schema.attributes().stream().mapToInt(attribute -> attribute.values().size()).toArray();
    InstancesHeader moaHeader = MoaHeaders.of(schema);
    this.instance = new DenseInstance(1.0, new double[schema.features() + 1]);
    this.instance.setDataset(moaHeader);
    this.tree.setModelContext(moaHeader);
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    if (distribution.length != classes) {
      throw new IllegalArgumentException(
          "distribution has length %d, the expert has %d classes"
              .formatted(distribution.length, classes));
    }
    fill(features);
    instance.setClassValue(Double.NaN);
    instance.setWeight(1.0);
    normalise(tree.getVotesForInstance(instance), distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label must lie between 0 and %d, got %d".formatted(classes - 1, label));
    }
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be positive and finite, got " + weight);
    }
    fill(features);
    instance.setClassValue(label);
    instance.setWeight(weight);
    tree.trainOnInstance(instance);
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    header.write(out);
    new MoaTreeWriter(out).write(tree);
  }

  /** Replaces the state of this fresh expert by the one that follows in the input. */
  MoaHoeffdingTree readSnapshot(DataInput in) throws IOException {
    header.check(in);
    new MoaTreeReader(in, nominalValues, classes).read(tree);
    return this;
  }

  /** The tree inside, for tests that compare structures. */
  LeanHoeffdingTree tree() {
    return tree;
  }

  private void fill(FeatureVector features) {
    if (features.size() != nominalValues.length) {
      throw new IllegalArgumentException(
          "features has %d values, the schema has %d attributes"
              .formatted(features.size(), nominalValues.length));
    }
    for (int i = 0; i < nominalValues.length; i++) {
      double value = features.get(i);
      if (nominalValues[i] > 0 && !isDeclared(value, nominalValues[i])) {
        value = Double.NaN;
      }
      instance.setValue(i, value);
    }
  }

  private static boolean isDeclared(double value, int values) {
    return value >= 0 && value < values && value == (int) value;
  }

  /** Votes may be short, of any scale, zero, slightly negative by rounding, or not numbers. */
  private static void normalise(double[] votes, double[] distribution) {
    int known = Math.min(votes.length, distribution.length);
    double sum = 0;
    for (int i = 0; i < known; i++) {
      distribution[i] = votes[i] < 0 ? 0 : votes[i];
      sum += distribution[i];
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      Arrays.fill(distribution, 1.0 / distribution.length);
      return;
    }
    for (int i = 0; i < known; i++) {
      distribution[i] /= sum;
    }
    Arrays.fill(distribution, known, distribution.length, 0);
  }
}
