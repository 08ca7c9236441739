// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.core.attributeclassobservers.GaussianNumericAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NominalAttributeClassObserver;
import moa.classifiers.core.conditionaltests.NominalAttributeBinaryTest;
import moa.classifiers.core.conditionaltests.NominalAttributeMultiwayTest;
import moa.classifiers.core.conditionaltests.NumericAttributeBinaryTest;
import moa.classifiers.trees.HoeffdingTree;
import moa.classifiers.trees.HoeffdingTree.ActiveLearningNode;
import moa.classifiers.trees.HoeffdingTree.LearningNodeNBAdaptive;
import moa.classifiers.trees.HoeffdingTree.Node;
import moa.classifiers.trees.HoeffdingTree.SplitNode;
import moa.core.AutoExpandVector;
import moa.core.DoubleVector;
import moa.core.GaussianEstimator;

/**
 * The fields of MOA 2024.07.0 that make up the state of a Hoeffding tree. MOA keeps them protected
 * and offers no way to read or set most of them, hence variable handles.
 */
final class MoaTreeFields {
  /** Every field named below, as "Class.field"; a test compares it with what MOA declares. */
  static final List<String> KNOWN = new ArrayList<>();

  static final VarHandle TRAINING_WEIGHT =
      field(AbstractClassifier.class, "trainingWeightSeenByModel", double.class);

  static final VarHandle TREE_ROOT = field(HoeffdingTree.class, "treeRoot", Node.class);
  static final VarHandle DECISION_NODES = tree("decisionNodeCount", int.class);
  static final VarHandle ACTIVE_LEAVES = tree("activeLeafNodeCount", int.class);
  static final VarHandle INACTIVE_LEAVES = tree("inactiveLeafNodeCount", int.class);
  static final VarHandle INACTIVE_LEAF_BYTES = tree("inactiveLeafByteSizeEstimate", double.class);
  static final VarHandle ACTIVE_LEAF_BYTES = tree("activeLeafByteSizeEstimate", double.class);
  static final VarHandle BYTES_OVERHEAD = tree("byteSizeEstimateOverheadFraction", double.class);
  static final VarHandle GROWTH_ALLOWED = tree("growthAllowed", boolean.class);

  static final VarHandle CLASS_DISTRIBUTION =
      field(Node.class, "observedClassDistribution", DoubleVector.class);
  static final VarHandle SPLIT_TEST =
      field(
          SplitNode.class,
          "splitTest",
          moa.classifiers.core.conditionaltests.InstanceConditionalTest.class);
  static final VarHandle CHILDREN = field(SplitNode.class, "children", AutoExpandVector.class);

  static final VarHandle WEIGHT_AT_LAST_SPLIT =
      field(ActiveLearningNode.class, "weightSeenAtLastSplitEvaluation", double.class);
  static final VarHandle OBSERVERS =
      field(ActiveLearningNode.class, "attributeObservers", AutoExpandVector.class);
  static final VarHandle INITIALIZED =
      field(ActiveLearningNode.class, "isInitialized", boolean.class);
  static final VarHandle MC_CORRECT =
      field(LearningNodeNBAdaptive.class, "mcCorrectWeight", double.class);
  static final VarHandle NB_CORRECT =
      field(LearningNodeNBAdaptive.class, "nbCorrectWeight", double.class);

  static final VarHandle NOMINAL_BINARY_ATTRIBUTE =
      field(NominalAttributeBinaryTest.class, "attIndex", int.class);
  static final VarHandle NOMINAL_BINARY_VALUE =
      field(NominalAttributeBinaryTest.class, "attValue", int.class);
  static final VarHandle NOMINAL_MULTIWAY_ATTRIBUTE =
      field(NominalAttributeMultiwayTest.class, "attIndex", int.class);
  static final VarHandle NUMERIC_ATTRIBUTE =
      field(NumericAttributeBinaryTest.class, "attIndex", int.class);
  static final VarHandle NUMERIC_VALUE =
      field(NumericAttributeBinaryTest.class, "attValue", double.class);
  static final VarHandle NUMERIC_EQUALS_PASSES =
      field(NumericAttributeBinaryTest.class, "equalsPassesTest", boolean.class);

  static final VarHandle GAUSSIAN_MIN = gaussian("minValueObservedPerClass", DoubleVector.class);
  static final VarHandle GAUSSIAN_MAX = gaussian("maxValueObservedPerClass", DoubleVector.class);
  static final VarHandle GAUSSIAN_PER_CLASS =
      gaussian("attValDistPerClass", AutoExpandVector.class);
  static final VarHandle NOMINAL_TOTAL = nominal("totalWeightObserved", double.class);
  static final VarHandle NOMINAL_MISSING = nominal("missingWeightObserved", double.class);
  static final VarHandle NOMINAL_PER_CLASS = nominal("attValDistPerClass", AutoExpandVector.class);

  static final VarHandle ESTIMATOR_WEIGHT =
      field(GaussianEstimator.class, "weightSum", double.class);
  static final VarHandle ESTIMATOR_MEAN = field(GaussianEstimator.class, "mean", double.class);
  static final VarHandle ESTIMATOR_VARIANCE_SUM =
      field(GaussianEstimator.class, "varianceSum", double.class);
  static final VarHandle VECTOR = field(DoubleVector.class, "array", double[].class);

  private MoaTreeFields() {}

  private static VarHandle tree(String name, Class<?> type) {
    return field(HoeffdingTree.class, name, type);
  }

  private static VarHandle gaussian(String name, Class<?> type) {
    return field(GaussianNumericAttributeClassObserver.class, name, type);
  }

  private static VarHandle nominal(String name, Class<?> type) {
    return field(NominalAttributeClassObserver.class, name, type);
  }

  private static VarHandle field(Class<?> owner, String name, Class<?> type) {
    try {
      VarHandle handle =
          MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
              .findVarHandle(owner, name, type);
      KNOWN.add(owner.getSimpleName() + "." + name);
      return handle;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of MOA has no field %s.%s of type %s"
              .formatted(owner.getName(), name, type.getName()),
          e);
    }
  }
}
