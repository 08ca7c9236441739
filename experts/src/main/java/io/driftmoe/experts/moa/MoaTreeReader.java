// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import java.io.DataInput;
import java.io.IOException;
import java.lang.invoke.VarHandle;
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
import moa.core.AutoExpandVector;
import moa.core.DoubleVector;
import moa.core.GaussianEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link MoaTreeWriter} wrote. Every length and index is checked against the schema, so
 * that damaged bytes end in an {@link IOException} rather than in a huge array.
 */
final class MoaTreeReader {
  /** More levels would exhaust the stack, here and in MOA, which descends by recursion too. */
  private static final int DEEPEST = 2_000;

  private final DataInput in;
  private final int[] nominalValues;
  private final int classes;

  /**
   * @param nominalValues number of declared values per attribute, 0 for a numeric one
   * @param classes number of classes
   */
  MoaTreeReader(DataInput in, int[] nominalValues, int classes) {
    this.in = in;
    this.nominalValues = nominalValues;
    this.classes = classes;
  }

  /** Sets the state of a fresh tree. */
  void read(HoeffdingTree tree) throws IOException {
    readDouble(MoaTreeFields.TRAINING_WEIGHT, tree);
    MoaTreeFields.DECISION_NODES.set(tree, in.readInt());
    MoaTreeFields.ACTIVE_LEAVES.set(tree, in.readInt());
    MoaTreeFields.INACTIVE_LEAVES.set(tree, in.readInt());
    readDouble(MoaTreeFields.INACTIVE_LEAF_BYTES, tree);
    readDouble(MoaTreeFields.ACTIVE_LEAF_BYTES, tree);
    readDouble(MoaTreeFields.BYTES_OVERHEAD, tree);
    MoaTreeFields.GROWTH_ALLOWED.set(tree, in.readBoolean());
    MoaTreeFields.TREE_ROOT.set(tree, readNode(0));
  }

  private @Nullable Node readNode(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw damaged("tree of more than %s levels".formatted(DEEPEST));
    }
    int kind = in.readUnsignedByte();
    if (kind == MoaKind.ABSENT) {
      return null;
    }
    double[] distribution = readArray(classes);
    return switch (kind) {
      case MoaKind.SPLIT -> readSplit(distribution, depth);
      case MoaKind.INACTIVE_LEAF -> new InactiveLearningNode(distribution);
      case MoaKind.MAJORITY_LEAF -> readLeaf(new ActiveLearningNode(distribution));
      case MoaKind.NAIVE_BAYES_LEAF -> readLeaf(new LearningNodeNB(distribution));
      case MoaKind.ADAPTIVE_LEAF -> {
        Node leaf = readLeaf(new LearningNodeNBAdaptive(distribution));
        readDouble(MoaTreeFields.MC_CORRECT, leaf);
        readDouble(MoaTreeFields.NB_CORRECT, leaf);
        yield leaf;
      }
      default -> throw damaged("tree node of kind " + kind);
    };
  }

  private SplitNode readSplit(double[] distribution, int depth) throws IOException {
    InstanceConditionalTest test = readTest();
    int attribute = test.getAttsTestDependsOn()[0];
    int branches = test.maxBranches() < 0 ? nominalValues[attribute] : test.maxBranches();
    int size = readSize("children", branches);
    SplitNode split = new SplitNode(test, distribution, size);
    for (int i = 0; i < size; i++) {
      split.setChild(i, readNode(depth + 1));
    }
    return split;
  }

  private Node readLeaf(ActiveLearningNode leaf) throws IOException {
    readDouble(MoaTreeFields.WEIGHT_AT_LAST_SPLIT, leaf);
    MoaTreeFields.INITIALIZED.set(leaf, in.readBoolean());
    int size = readSize("attribute observers", nominalValues.length);
    AutoExpandVector<AttributeClassObserver> observers = new AutoExpandVector<>(size);
    for (int i = 0; i < size; i++) {
      observers.set(i, readObserver(nominalValues[i]));
    }
    MoaTreeFields.OBSERVERS.set(leaf, observers);
    return leaf;
  }

  private InstanceConditionalTest readTest() throws IOException {
    int kind = in.readUnsignedByte();
    int attribute = in.readInt();
    if (attribute < 0 || attribute >= nominalValues.length) {
      throw damaged("split on attribute " + attribute);
    }
    return switch (kind) {
      case MoaKind.NUMERIC_TEST ->
          new NumericAttributeBinaryTest(attribute, in.readDouble(), in.readBoolean());
      case MoaKind.NOMINAL_BINARY_TEST -> new NominalAttributeBinaryTest(attribute, in.readInt());
      case MoaKind.NOMINAL_MULTIWAY_TEST -> new NominalAttributeMultiwayTest(attribute);
      default -> throw damaged("split test of kind " + kind);
    };
  }

  private @Nullable AttributeClassObserver readObserver(int values) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case MoaKind.ABSENT -> null;
      case MoaKind.GAUSSIAN_OBSERVER -> readGaussian();
      case MoaKind.NOMINAL_OBSERVER -> readNominal(values);
      case MoaKind.NULL_OBSERVER -> new NullAttributeClassObserver();
      default -> throw damaged("attribute observer of kind " + kind);
    };
  }

  private AttributeClassObserver readGaussian() throws IOException {
    AttributeClassObserver observer = new GaussianNumericAttributeClassObserver();
    MoaTreeFields.GAUSSIAN_MIN.set(observer, readVector(classes));
    MoaTreeFields.GAUSSIAN_MAX.set(observer, readVector(classes));
    int size = readSize("Gaussian estimators", classes);
    AutoExpandVector<GaussianEstimator> estimators = new AutoExpandVector<>(size);
    for (int i = 0; i < size; i++) {
      estimators.set(i, in.readBoolean() ? readEstimator() : null);
    }
    MoaTreeFields.GAUSSIAN_PER_CLASS.set(observer, estimators);
    return observer;
  }

  private GaussianEstimator readEstimator() throws IOException {
    GaussianEstimator estimator = new GaussianEstimator();
    readDouble(MoaTreeFields.ESTIMATOR_WEIGHT, estimator);
    readDouble(MoaTreeFields.ESTIMATOR_MEAN, estimator);
    readDouble(MoaTreeFields.ESTIMATOR_VARIANCE_SUM, estimator);
    return estimator;
  }

  private AttributeClassObserver readNominal(int values) throws IOException {
    AttributeClassObserver observer = new NominalAttributeClassObserver();
    readDouble(MoaTreeFields.NOMINAL_TOTAL, observer);
    readDouble(MoaTreeFields.NOMINAL_MISSING, observer);
    int size = readSize("nominal counts", classes);
    AutoExpandVector<DoubleVector> counts = new AutoExpandVector<>(size);
    for (int i = 0; i < size; i++) {
      counts.set(i, in.readBoolean() ? readVector(values) : null);
    }
    MoaTreeFields.NOMINAL_PER_CLASS.set(observer, counts);
    return observer;
  }

  private DoubleVector readVector(int most) throws IOException {
    DoubleVector vector = new DoubleVector();
    MoaTreeFields.VECTOR.set(vector, readArray(most));
    return vector;
  }

  private double[] readArray(int most) throws IOException {
    double[] values = new double[readSize("values", most)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  private int readSize(String what, int most) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > most) {
      throw damaged("%s %s where at most %s can be".formatted(size, what, most));
    }
    return size;
  }

  private void readDouble(VarHandle field, Object owner) throws IOException {
    field.set(owner, in.readDouble());
  }

  private static IOException damaged(String found) {
    return new IOException("damaged tree snapshot: found " + found);
  }
}
