// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.List;
import moa.classifiers.core.attributeclassobservers.AttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.GaussianNumericAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NominalAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NullAttributeClassObserver;
import moa.classifiers.core.conditionaltests.InstanceConditionalTest;
import moa.classifiers.core.conditionaltests.NominalAttributeBinaryTest;
import moa.classifiers.core.conditionaltests.NominalAttributeMultiwayTest;
import moa.classifiers.core.conditionaltests.NumericAttributeBinaryTest;
import moa.classifiers.trees.HoeffdingTree;
import moa.classifiers.trees.HoeffdingTree.ActiveLearningNode;
import moa.classifiers.trees.HoeffdingTree.InactiveLearningNode;
import moa.classifiers.trees.HoeffdingTree.LearningNodeNB;
import moa.classifiers.trees.HoeffdingTree.LearningNodeNBAdaptive;
import moa.classifiers.trees.HoeffdingTree.Node;
import moa.classifiers.trees.HoeffdingTree.SplitNode;
import moa.core.DoubleVector;
import moa.core.GaussianEstimator;

/**
 * Writes the state of a MOA Hoeffding tree, depth first. {@link MoaTreeReader} reads the same
 * order.
 */
final class MoaTreeWriter {
  /** Objects of a numeric attribute in a leaf: estimators, vectors, lists, options of MOA. */
  private static final int OBSERVER_BYTES = 220;

  private final DataOutput out;
  private long observers;

  MoaTreeWriter(DataOutput out) {
    this.out = out;
  }

  void write(HoeffdingTree tree) throws IOException {
    writeDouble(MoaTreeFields.TRAINING_WEIGHT, tree);
    out.writeInt((int) MoaTreeFields.DECISION_NODES.get(tree));
    out.writeInt((int) MoaTreeFields.ACTIVE_LEAVES.get(tree));
    out.writeInt((int) MoaTreeFields.INACTIVE_LEAVES.get(tree));
    writeDouble(MoaTreeFields.INACTIVE_LEAF_BYTES, tree);
    writeDouble(MoaTreeFields.ACTIVE_LEAF_BYTES, tree);
    writeDouble(MoaTreeFields.BYTES_OVERHEAD, tree);
    out.writeBoolean((boolean) MoaTreeFields.GROWTH_ALLOWED.get(tree));
    writeNode((Node) MoaTreeFields.TREE_ROOT.get(tree));
  }

  /** Heap of what was written that its bytes do not let expect. */
  long objectBytes() {
    return OBSERVER_BYTES * observers;
  }

  private void writeNode(Node node) throws IOException {
    int kind = kindOf(node);
    out.writeByte(kind);
    if (kind == MoaKind.ABSENT) {
      return;
    }
    writeVector((DoubleVector) MoaTreeFields.CLASS_DISTRIBUTION.get(node));
    if (node instanceof SplitNode split) {
      writeTest((InstanceConditionalTest) MoaTreeFields.SPLIT_TEST.get(split));
      List<?> children = (List<?>) MoaTreeFields.CHILDREN.get(split);
      out.writeInt(children.size());
      for (Object child : children) {
        writeNode((Node) child);
      }
    } else if (node instanceof ActiveLearningNode leaf) {
      writeDouble(MoaTreeFields.WEIGHT_AT_LAST_SPLIT, leaf);
      out.writeBoolean((boolean) MoaTreeFields.INITIALIZED.get(leaf));
      List<?> observers = (List<?>) MoaTreeFields.OBSERVERS.get(leaf);
      out.writeInt(observers.size());
      for (Object observer : observers) {
        writeObserver((AttributeClassObserver) observer);
      }
      if (node instanceof LearningNodeNBAdaptive adaptive) {
        writeDouble(MoaTreeFields.MC_CORRECT, adaptive);
        writeDouble(MoaTreeFields.NB_CORRECT, adaptive);
      }
    }
  }

  private static int kindOf(Node node) {
    if (node == null) {
      return MoaKind.ABSENT;
    }
    Class<?> type = node.getClass();
    if (type == SplitNode.class) {
      return MoaKind.SPLIT;
    } else if (type == InactiveLearningNode.class) {
      return MoaKind.INACTIVE_LEAF;
    } else if (type == ActiveLearningNode.class) {
      return MoaKind.MAJORITY_LEAF;
    } else if (type == LearningNodeNB.class) {
      return MoaKind.NAIVE_BAYES_LEAF;
    } else if (type == LearningNodeNBAdaptive.class) {
      return MoaKind.ADAPTIVE_LEAF;
    }
    throw unknown("tree node", node);
  }

  private void writeTest(InstanceConditionalTest test) throws IOException {
    Class<?> type = test.getClass();
    if (type == NumericAttributeBinaryTest.class) {
      out.writeByte(MoaKind.NUMERIC_TEST);
      out.writeInt((int) MoaTreeFields.NUMERIC_ATTRIBUTE.get(test));
      writeDouble(MoaTreeFields.NUMERIC_VALUE, test);
      out.writeBoolean((boolean) MoaTreeFields.NUMERIC_EQUALS_PASSES.get(test));
    } else if (type == NominalAttributeBinaryTest.class) {
      out.writeByte(MoaKind.NOMINAL_BINARY_TEST);
      out.writeInt((int) MoaTreeFields.NOMINAL_BINARY_ATTRIBUTE.get(test));
      out.writeInt((int) MoaTreeFields.NOMINAL_BINARY_VALUE.get(test));
    } else if (type == NominalAttributeMultiwayTest.class) {
      out.writeByte(MoaKind.NOMINAL_MULTIWAY_TEST);
      out.writeInt((int) MoaTreeFields.NOMINAL_MULTIWAY_ATTRIBUTE.get(test));
    } else {
      throw unknown("split test", test);
    }
  }

  private void writeObserver(AttributeClassObserver observer) throws IOException {
    if (observer == null) {
      out.writeByte(MoaKind.ABSENT);
    } else if (observer.getClass() == GaussianNumericAttributeClassObserver.class) {
      out.writeByte(MoaKind.GAUSSIAN_OBSERVER);
      observers++;
      writeVector((DoubleVector) MoaTreeFields.GAUSSIAN_MIN.get(observer));
      writeVector((DoubleVector) MoaTreeFields.GAUSSIAN_MAX.get(observer));
      List<?> estimators = (List<?>) MoaTreeFields.GAUSSIAN_PER_CLASS.get(observer);
      out.writeInt(estimators.size());
      for (Object estimator : estimators) {
        writeEstimator((GaussianEstimator) estimator);
      }
    } else if (observer.getClass() == NominalAttributeClassObserver.class) {
      out.writeByte(MoaKind.NOMINAL_OBSERVER);
      writeDouble(MoaTreeFields.NOMINAL_TOTAL, observer);
      writeDouble(MoaTreeFields.NOMINAL_MISSING, observer);
      List<?> counts = (List<?>) MoaTreeFields.NOMINAL_PER_CLASS.get(observer);
      out.writeInt(counts.size());
      for (Object count : counts) {
        out.writeBoolean(count != null);
        if (count != null) {
          writeVector((DoubleVector) count);
        }
      }
    } else if (observer.getClass() == NullAttributeClassObserver.class) {
      out.writeByte(MoaKind.NULL_OBSERVER);
    } else {
      throw unknown("attribute observer", observer);
    }
  }

  private void writeEstimator(GaussianEstimator estimator) throws IOException {
    out.writeBoolean(estimator != null);
    if (estimator != null) {
      writeDouble(MoaTreeFields.ESTIMATOR_WEIGHT, estimator);
      writeDouble(MoaTreeFields.ESTIMATOR_MEAN, estimator);
      writeDouble(MoaTreeFields.ESTIMATOR_VARIANCE_SUM, estimator);
    }
  }

  private void writeVector(DoubleVector vector) throws IOException {
    double[] values = vector.getArrayRef();
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  private void writeDouble(VarHandle field, Object owner) throws IOException {
    out.writeDouble((double) field.get(owner));
  }

  private static IllegalStateException unknown(String what, Object found) {
    return new IllegalStateException(
        "cannot snapshot a %s of class %s".formatted(what, found.getClass().getName()));
  }
}
