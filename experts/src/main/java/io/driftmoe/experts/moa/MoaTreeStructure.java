// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import java.util.ArrayList;
import java.util.List;
import moa.classifiers.core.conditionaltests.NominalAttributeBinaryTest;
import moa.classifiers.core.conditionaltests.NumericAttributeBinaryTest;
import moa.classifiers.trees.HoeffdingTree.ActiveLearningNode;
import moa.classifiers.trees.HoeffdingTree.Node;
import moa.classifiers.trees.HoeffdingTree.SplitNode;
import moa.core.DoubleVector;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a MOA tree as structures, with the keys of our own trees. Thresholds are in the
 * units of the stream.
 */
final class MoaTreeStructure {
  private static final int MOST_NODES = 10_000;

  private final StreamSchema schema;
  private final MoaUnits units;
  private int shown;

  /**
   * @param schema as the tree sees it, with the values that are folded
   */
  MoaTreeStructure(StreamSchema schema, MoaUnits units) {
    this.schema = schema;
    this.units = units;
  }

  /**
   * A node with those below.
   *
   * @param levels how many, at least 1
   */
  Structure of(@Nullable Node node, int levels) {
    Structure structure = new Structure();
    if (node == null) { // nothing has come there
      return structure.put("active", false).put("weights", new Structure());
    }
    if (node instanceof SplitNode split) {
      List<?> children = (List<?>) MoaTreeFields.CHILDREN.get(split);
      putTest(MoaTreeFields.SPLIT_TEST.get(split), children.size(), structure);
    } else {
      structure.put("active", node instanceof ActiveLearningNode);
    }
    DoubleVector counts = (DoubleVector) MoaTreeFields.CLASS_DISTRIBUTION.get(node);
    structure.putWeights("weights", schema.labels(), counts.getArrayRef());
    if (node instanceof SplitNode split) {
      putChildren(split, levels, structure);
    }
    return structure;
  }

  private void putTest(Object test, int children, Structure structure) {
    if (test instanceof NumericAttributeBinaryTest) {
      int a = (int) MoaTreeFields.NUMERIC_ATTRIBUTE.get(test);
      structure.put("attribute", schema.attributes().get(a).name());
      structure.put("at-most", units.inStream(a, (double) MoaTreeFields.NUMERIC_VALUE.get(test)));
    } else if (test instanceof NominalAttributeBinaryTest) {
      Attribute attribute =
          schema.attributes().get((int) MoaTreeFields.NOMINAL_BINARY_ATTRIBUTE.get(test));
      structure.put("attribute", attribute.name());
      int value = (int) MoaTreeFields.NOMINAL_BINARY_VALUE.get(test);
      structure.put("equals", attribute.values().get(value));
    } else {
      Attribute attribute =
          schema.attributes().get((int) MoaTreeFields.NOMINAL_MULTIWAY_ATTRIBUTE.get(test));
      structure
          .put("attribute", attribute.name())
          .put("values", attribute.values().subList(0, children));
    }
  }

  private void putChildren(SplitNode split, int levels, Structure structure) {
    List<?> children = (List<?>) MoaTreeFields.CHILDREN.get(split);
    if (levels <= 1 || shown + children.size() > MOST_NODES) {
      structure.put("nodes-below", below(split));
      return;
    }
    shown += children.size();
    List<Structure> parts = new ArrayList<>(children.size());
    for (Object child : children) {
      parts.add(of((Node) child, levels - 1));
    }
    structure.put("children", parts);
  }

  private static int below(SplitNode split) {
    int below = 0;
    for (Object child : (List<?>) MoaTreeFields.CHILDREN.get(split)) {
      below += 1 + (child instanceof SplitNode inner ? below(inner) : 0);
    }
    return below;
  }
}
