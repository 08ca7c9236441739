// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Contributions;
import java.util.Arrays;

/**
 * Divides what a tree says of one class among the attributes that it tests: exact path-dependent
 * Shapley values.
 *
 * <p>The game: {@code v(S)} is the value at the end of a walk from the root that follows the event
 * at splits on attributes of S and goes to every child at other splits, in proportion to the
 * example weight of its leaves. Where the event misses a value that is in S, the walk ends at the
 * split: missing values are a branch of their own, into which no weight goes. Where the event ends,
 * the value is what the tree really said; at every other end it is the share of the class among the
 * examples there.
 *
 * <p>{@code v} is a sum over leaves of {@code value * product over the path's attributes j of (o_j
 * if j is in S, else z_j)}, with {@code o_j} 1 where the event agrees with the path at all splits
 * on j, else 0, and {@code z_j} the product of the shares of weight along these splits. Over m
 * attributes the Shapley weight of a set of size s is {@code s! (m-1-s)! / m! = integral from 0 to
 * 1 of t^s (1-t)^(m-1-s) dt}, so that attribute i has from this leaf {@code value * (o_i - z_i) *
 * integral of product over j other than i of (o_j t + z_j (1-t)) dt}: a polynomial of degree m - 1,
 * which {@link UnitQuadrature} integrates exactly. All of its terms are positive, so nothing
 * cancels, and the cost is O(m^2) for a leaf: polynomial in the size of the tree.
 *
 * <p>Lundberg et al.: From local explanations to global understanding with explainable AI for
 * trees, Nature Machine Intelligence 2, 2020 (Algorithm 2, whose values these are); the polynomial
 * is that of Yu, Bifet, Read, Xu: Linear tree Shap, NeurIPS 2022.
 */
final class TreeAttribution {
  private final TreeNodes nodes;
  private final int[] parent;

  /** Weight of a node's leaves as a share of that of its parent's. */
  private final double[] share;

  // Of one path: attributes, their z, and whether the event agrees.
  private final int[] slotOf;
  private int length;
  private int[] attributes = new int[8];
  private double[] z = new double[8];
  private boolean[] agrees = new boolean[8];

  TreeAttribution(TreeNodes nodes, LeafLayout layout) {
    this.nodes = nodes;
    this.parent = new int[nodes.size];
    this.share = new double[nodes.size];
    this.slotOf = new int[layout.attributes()];
    Arrays.fill(slotOf, -1);
    double[] weight = new double[nodes.size];
    for (int node = nodes.size - 1; node >= 0; node--) { // children come after their parent
      if (nodes.attribute[node] < 0) {
        weight[node] = Math.max(0, nodes.leaf[node].total);
        continue;
      }
      int first = nodes.firstChild[node];
      int end = first + nodes.branches(layout, node);
      for (int child = first; child < end; child++) {
        parent[child] = node;
        weight[node] += weight[child];
      }
      for (int child = first; child < end; child++) {
        share[child] = weight[node] > 0 ? weight[child] / weight[node] : 1.0 / (end - first);
      }
    }
  }

  /**
   * Adds the parts of what the tree said.
   *
   * @param values of the event, as the tree reads them
   * @param said the tree's probability of the class
   * @param factor of all that is added
   */
  void add(double[] values, double said, double factor, Contributions to) {
    int end = nodes.find(values);
    for (int node = 0; node < nodes.size; node++) {
      int a = nodes.attribute[node];
      if (a < 0 || values[a] != values[a]) {
        path(node, values);
        if (a >= 0) {
          step(a, 0, true); // the branch of missing values
        }
        addPath(factor * (node == end ? said : probability(node, to.label())), to);
      }
    }
  }

  /** The share of the class among the examples of a node; any where there were none. */
  private double probability(int node, int label) {
    double[] counts = nodes.counts[node];
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    return sum > 0 ? counts[label] / sum : 1.0 / counts.length;
  }

  private void path(int node, double[] values) {
    length = 0;
    for (int child = node; child > 0; child = parent[child]) {
      int split = parent[child];
      step(nodes.attribute[split], share[child], nodes.child(split, values) == child);
    }
  }

  private void step(int a, double weight, boolean follows) {
    int slot = slotOf[a];
    if (slot >= 0 && slot < length && attributes[slot] == a) {
      z[slot] *= weight;
      agrees[slot] &= follows;
      return;
    }
    if (length == attributes.length) {
      attributes = Arrays.copyOf(attributes, 2 * length);
      z = Arrays.copyOf(z, 2 * length);
      agrees = Arrays.copyOf(agrees, 2 * length);
    }
    slotOf[a] = length;
    attributes[length] = a;
    z[length] = weight;
    agrees[length] = follows;
    length++;
  }

  /** Adds what the leaf at the end of the latest path contributes with this value. */
  private void addPath(double value, Contributions to) {
    double others = value;
    double all = value;
    int differing = 0;
    for (int j = 0; j < length; j++) {
      all *= z[j];
      if (!agrees[j]) {
        others *= z[j];
        differing++;
      }
    }
    to.addBase(all);
    if (others == 0 || length == 0) {
      return;
    }
    UnitQuadrature rule = UnitQuadrature.ofDegree(length - 1);
    double sumOfDiffering = 0;
    for (int q = 0; q < rule.nodes.length; q++) {
      double t = rule.nodes[q];
      double product = rule.weights[q] * others;
      for (int d = 1; d < differing; d++) {
        product *= 1 - t;
      }
      for (int j = 0; j < length; j++) {
        product *= agrees[j] ? t + z[j] * (1 - t) : 1;
      }
      sumOfDiffering += product;
      double rest = differing > 0 ? product * (1 - t) : product;
      for (int i = 0; i < length; i++) {
        if (agrees[i]) {
          to.add(attributes[i], (1 - z[i]) * rest / (t + z[i] * (1 - t)));
        }
      }
    }
    for (int i = 0; i < length && differing > 0; i++) {
      if (!agrees[i]) {
        to.add(attributes[i], -sumOfDiffering);
      }
    }
  }
}
