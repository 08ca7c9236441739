// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a tree in parallel arrays. Node 0 is the root; the children of a split are
 * neighbours: first those of low values.
 */
final class TreeNodes {
  private static final int INITIAL = 16;

  /** Attribute that a split tests, -1 in a leaf. */
  int[] attribute = new int[INITIAL];

  /** Highest value that goes to the first of two children, NaN when the attribute is nominal. */
  double[] threshold = new double[INITIAL];

  int[] firstChild = new int[INITIAL];

  /**
   * Value of a wide attribute that goes to the first of two children, -1 in every other node; null
   * where no attribute is wide.
   */
  int @Nullable [] singled;

  /** The leaf, null in a split. */
  Leaf[] leaf = new Leaf[INITIAL];

  /** Class weights of a leaf, those at the time of the split and of missing values in a split. */
  double[][] counts = new double[INITIAL][];

  int size;

  /** The split above the node that {@link #find} found, -1 when that is the root. */
  int above;

  /**
   * @param wide whether splits on wide attributes may come
   */
  TreeNodes(boolean wide) {
    this.singled = wide ? new int[INITIAL] : null;
  }

  /** Appends a leaf. */
  void add(Leaf added) {
    reserve(size + 1);
    attribute[size] = -1;
    threshold[size] = Double.NaN;
    single(size, -1);
    leaf[size] = added;
    counts[size] = added.counts;
    size++;
  }

  /** Appends a split whose children follow later. */
  void addSplit(int on, double at, int child, double[] weights) {
    reserve(size + 1);
    attribute[size] = on;
    threshold[size] = at;
    firstChild[size] = child;
    single(size, -1);
    counts[size] = weights;
    size++;
  }

  /** Makes a node separate one value of its attribute from all others; -1 undoes it. */
  void single(int node, int value) {
    if (singled != null) {
      singled[node] = value;
    }
  }

  /** The value that a node separates from all others, -1 when it does not. */
  int single(int node) {
    return singled == null ? -1 : singled[node];
  }

  /** Children of a split. */
  int branches(LeafLayout layout, int node) {
    return single(node) >= 0 ? 2 : Math.max(2, layout.values[attribute[node]]);
  }

  /** Forgets all nodes. */
  void clear() {
    Arrays.fill(leaf, 0, size, null);
    Arrays.fill(counts, 0, size, null);
    size = 0;
  }

  /** Where an example ends: a leaf, or a split on an attribute whose value is missing. */
  int find(double[] values) {
    int node = 0;
    above = -1;
    int a;
    while ((a = attribute[node]) >= 0) {
      double value = values[a];
      if (value != value) {
        return node;
      }
      double at = threshold[node];
      int branch = at != at ? nominal(node, (int) value) : value <= at ? 0 : 1;
      above = node;
      node = firstChild[node] + branch;
    }
    return node;
  }

  /** The child to which an example goes from a split, -1 where its value is missing. */
  int child(int split, double[] values) {
    double value = values[attribute[split]];
    if (value != value) {
      return -1;
    }
    double at = threshold[split];
    return firstChild[split] + (at != at ? nominal(split, (int) value) : value <= at ? 0 : 1);
  }

  private int nominal(int node, int value) {
    int single = single(node);
    return single < 0 ? value : value == single ? 0 : 1;
  }

  private void reserve(int nodes) {
    int capacity = capacity(nodes);
    if (capacity > attribute.length) {
      attribute = Arrays.copyOf(attribute, capacity);
      threshold = Arrays.copyOf(threshold, capacity);
      firstChild = Arrays.copyOf(firstChild, capacity);
      leaf = Arrays.copyOf(leaf, capacity);
      counts = Arrays.copyOf(counts, capacity);
      singled = singled == null ? null : Arrays.copyOf(singled, capacity);
    }
  }

  /** Length of the arrays that hold so many nodes: it must not depend on how they came about. */
  private static int capacity(int nodes) {
    int capacity = INITIAL;
    while (capacity < nodes) {
      capacity += capacity >> 1;
    }
    return capacity;
  }

  /** Bytes of the arrays once they hold so many nodes; leaves and class weights not counted. */
  long bytes(int nodes) {
    return 5 * 16 + 24L * capacity(nodes) + (singled == null ? 0 : 16 + 4L * capacity(nodes));
  }
}
