// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/** MOA's Hoeffding tree as an expert; see {@link MoaHoeffdingTreeFactory}. */
final class MoaHoeffdingTree implements Expert {
  private static final String TAG = "MOHT";

  /** Version 1 repeated options and schema after the header. */
  private static final int VERSION = 2;

  private final LeanHoeffdingTree tree;
  private final MoaInstances instances;
  private final int classes;
  // MOA's tree keeps no instance, so one is enough.
  private final Instance instance;

  MoaHoeffdingTree(MoaHoeffdingTreeFactory factory, StreamSchema schema) {
    this.tree = factory.newTree();
    this.classes = schema.classes();
    this.instances = new MoaInstances(schema);
    this.instance = instances.blank();
    this.tree.setModelContext(instances.header());
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    if (distribution.length != classes) {
      throw new IllegalArgumentException(
          "distribution has length %s, the expert has %s classes"
              .formatted(distribution.length, classes));
    }
    instances.fill(instance, features);
    instance.setClassValue(Double.NaN);
    instance.setWeight(1.0);
    MoaInstances.normalise(tree.getVotesForInstance(instance), distribution);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label must lie between 0 and %s, got %s".formatted(classes - 1, label));
    }
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be positive and finite, got " + weight);
    }
    instances.fill(instance, features);
    instance.setClassValue(label);
    instance.setWeight(weight);
    tree.trainOnInstance(instance);
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "MOA Hoeffding tree: %d nodes, depth %d",
        tree.getNodeCount(),
        tree.measureTreeDepth());
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    new MoaTreeWriter(out).write(tree);
  }

  /** Replaces the state of this fresh expert by the one that follows in the input. */
  MoaHoeffdingTree readSnapshot(DataInput in) throws IOException {
    if (SnapshotHeader.read(in, TAG, VERSION) == 1) {
      in.readFully(new byte[Integer.BYTES + 2 * Double.BYTES]); // the three options
      in.readFully(new byte[2 * Integer.BYTES + Long.BYTES]); // sizes and hash of the schema
    }
    new MoaTreeReader(in, instances.nominalValues(), classes).read(tree);
    return this;
  }

  /** The tree inside, for tests that compare structures. */
  LeanHoeffdingTree tree() {
    return tree;
  }
}
