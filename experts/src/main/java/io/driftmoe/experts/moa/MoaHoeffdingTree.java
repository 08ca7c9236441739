// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import moa.classifiers.trees.HoeffdingTree.Node;

/** MOA's Hoeffding tree as an expert; see {@link MoaHoeffdingTreeFactory}. */
final class MoaHoeffdingTree implements Expert {
  private static final String TAG = "MOHT";

  /**
   * Version 1 repeated options and schema after the header; up to version 2 no values were folded;
   * up to version 3 all numbers passed as they were.
   */
  private static final int VERSION = 4;

  private final MoaHoeffdingTreeFactory factory;
  private final MoaUnits units;
  private LeanHoeffdingTree tree;
  private final int classes;
  private final boolean folds;
  private final MoaInstances instances;
  // MOA's tree keeps no instance, so one is enough.
  private final Instance instance;

  /**
   * @param folds whether the values of wide attributes are folded
   */
  MoaHoeffdingTree(MoaHoeffdingTreeFactory factory, StreamSchema schema, boolean folds) {
    this.factory = factory;
    this.units = new MoaUnits(schema);
    this.folds = folds && new Domain(schema).hasWide();
    this.classes = schema.classes();
    this.instances = folds ? MoaInstances.folded(schema) : new MoaInstances(schema);
    this.instance = instances.blank();
    this.tree = fresh();
  }

  private LeanHoeffdingTree fresh() {
    LeanHoeffdingTree fresh = factory.newTree();
    fresh.setModelContext(instances.header());
    return fresh;
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
    instances.fill(instance, features, units);
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
    instances.fill(instance, features, units);
    instance.setClassValue(label);
    instance.setWeight(weight);
    tree.trainOnInstance(instance);
    if (units.observe(features)) {
      tree = fresh();
    }
  }

  @Override
  public long unsavedBytes() throws IOException {
    MoaTreeWriter writer = new MoaTreeWriter(new DataOutputStream(OutputStream.nullOutputStream()));
    writer.write(tree);
    return writer.objectBytes();
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    Structure structure = new Structure("moa-hoeffding-tree").put("nodes", tree.getNodeCount());
    Node root = (Node) MoaTreeFields.TREE_ROOT.get(tree);
    return root == null || detail.levels() == 0
        ? structure
        : structure.put(
            "root", new MoaTreeStructure(instances.schema(), units).of(root, detail.levels()));
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
    out.writeBoolean(folds);
    new MoaTreeWriter(out).write(tree);
    units.writeTo(out);
  }

  /** Continues from a snapshot. */
  static MoaHoeffdingTree readSnapshot(
      MoaHoeffdingTreeFactory factory, StreamSchema schema, DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    if (version == 1) {
      in.readFully(new byte[Integer.BYTES + 2 * Double.BYTES]); // the three options
      in.readFully(new byte[2 * Integer.BYTES + Long.BYTES]); // sizes and hash of the schema
    }
    boolean folds = version > 2 && in.readBoolean();
    MoaHoeffdingTree restored = new MoaHoeffdingTree(factory, schema, folds);
    new MoaTreeReader(in, restored.instances.nominalValues(), restored.classes).read(restored.tree);
    if (version < VERSION) {
      restored.units.settle();
    } else {
      restored.units.readFrom(in);
    }
    return restored;
  }

  /** The tree inside, for tests that compare structures. */
  LeanHoeffdingTree tree() {
    return tree;
  }
}
