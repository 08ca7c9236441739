// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import java.util.Arrays;

/**
 * The shape of a tree in parallel arrays. Node 0 is the root; the children of a split are
 * neighbours: first those of low values.
 */
final class TreeNodes {
  private static final int INITIAL = 16;

  /** Attribute that a split asks for, -1 in a leaf. */
  int[] attribute = new int[INITIAL];

  /** Highest value that goes to the first of two children, NaN when the attribute is nominal. */
  double[] threshold = new double[INITIAL];

  int[] firstChild = new int[INITIAL];

  /** The leaf, null in a split. */
  Leaf[] leaf = new Leaf[INITIAL];

  /** Class weights of a leaf, those at the time of the split and of missing values in a split. */
  double[][] counts = new double[INITIAL][];

  int size;

  /** The split above the node that {@link #find} found, -1 when that is the root. */
  int above;

  /** Appends a leaf. */
  void add(Leaf added) {
    reserve(size + 1);
    attribute[size] = -1;
    threshold[size] = Double.NaN;
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
    counts[size] = weights;
    size++;
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
      int branch = at != at ? (int) value : value <= at ? 0 : 1;
      above = node;
      node = firstChild[node] + branch;
    }
    return node;
  }

  private void reserve(int nodes) {
    int capacity = capacity(nodes);
    if (capacity > attribute.length) {
      attribute = Arrays.copyOf(attribute, capacity);
      threshold = Arrays.copyOf(threshold, capacity);
      firstChild = Arrays.copyOf(firstChild, capacity);
      leaf = Arrays.copyOf(leaf, capacity);
      counts = Arrays.copyOf(counts, capacity);
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
  static long bytes(int nodes) {
    return 5 * 16 + 24L * capacity(nodes);
  }
}
