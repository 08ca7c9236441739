// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Structure;
import java.util.ArrayList;
import java.util.List;

/** The nodes of a tree as structures, a bounded number of them. */
final class TreeStructure {
  /** Of one tree; a split whose children would go beyond is shown without them. */
  private static final int MOST_NODES = 10_000;

  private final Domain domain;
  private final LeafLayout layout;
  private final TreeNodes nodes;
  private final int[] below;
  private int shown;

  TreeStructure(Domain domain, LeafLayout layout, TreeNodes nodes) {
    this.domain = domain;
    this.layout = layout;
    this.nodes = nodes;
    this.below = new int[nodes.size];
    for (int node = nodes.size - 1; node >= 0; node--) { // children come after their parent
      if (nodes.attribute[node] >= 0) {
        int first = nodes.firstChild[node];
        for (int child = first; child < first + nodes.branches(layout, node); child++) {
          below[node] += 1 + below[child];
        }
      }
    }
  }

  /**
   * The root with the nodes below.
   *
   * @param levels how many, at least 1
   */
  Structure root(int levels) {
    shown = 1;
    return node(0, levels);
  }

  private Structure node(int node, int levels) {
    Structure structure = new Structure();
    if (nodes.attribute[node] < 0) {
      Leaf leaf = nodes.leaf[node];
      structure.put("active", leaf.isActive());
    } else {
      putTest(node, structure);
    }
    structure.putWeights("weights", domain.schema().labels(), nodes.counts[node]);
    if (nodes.attribute[node] >= 0) {
      putChildren(node, levels, structure);
    }
    return structure;
  }

  private void putTest(int node, Structure structure) {
    Attribute attribute = domain.schema().attributes().get(nodes.attribute[node]);
    structure.put("attribute", attribute.name());
    int single = nodes.single(node);
    if (single >= 0) {
      structure.put("equals", attribute.values().get(single));
    } else if (attribute.isNominal()) {
      structure.put("values", attribute.values());
    } else {
      structure.put("at-most", nodes.threshold[node]);
    }
  }

  private void putChildren(int node, int levels, Structure structure) {
    int branches = nodes.branches(layout, node);
    if (levels <= 1 || shown + branches > MOST_NODES) {
      structure.put("nodes-below", below[node]);
      return;
    }
    shown += branches;
    List<Structure> children = new ArrayList<>(branches);
    for (int b = 0; b < branches; b++) {
      children.add(node(nodes.firstChild[node] + b, levels - 1));
    }
    structure.put("children", children);
  }
}
