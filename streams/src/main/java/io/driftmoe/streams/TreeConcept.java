// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/**
 * A full tree of depth 3 whose seven splits test different features.
 *
 * <p>The two leaves below a last split always differ, so that every split matters. Of two classes
 * each has half of the leaves. More have them in turn, and the thresholds are moved until every
 * class has its share of the cube: a leaf's share is the product of what the splits above leave it.
 */
final class TreeConcept implements RegimeConcept {
  private static final int SPLITS = 7;
  private static final int LEAVES = 8;

  private final int[] feature;
  private final double[] threshold;
  private final int[] leaf;

  private TreeConcept(int[] feature, double[] threshold, int[] leaf) {
    this.feature = feature;
    this.threshold = threshold;
    this.leaf = leaf;
  }

  static TreeConcept draw(ClassShares shares, SplitMix64 random) {
    if (shares.size() > LEAVES) {
      throw new IllegalArgumentException(
          "a tree of %s leaves has no more classes, got %s".formatted(LEAVES, shares.size()));
    }
    int[] feature = RegimeConcept.permutation(random);
    double[] threshold = new double[SPLITS];
    for (int i = 0; i < SPLITS; i++) {
      threshold[i] = 0.3 + 0.4 * random.nextDouble();
    }
    if (shares.size() == 2) {
      return new TreeConcept(feature, threshold, pairs(random));
    }
    int[] leaf = inTurn(shares.size(), random);
    return new TreeConcept(feature, moved(threshold, leaf, shares), leaf);
  }

  private static int[] pairs(SplitMix64 random) {
    int[] leaf = new int[LEAVES];
    for (int i = 0; i < LEAVES; i += 2) {
      leaf[i] = RegimeConcept.below(2, random);
      leaf[i + 1] = 1 - leaf[i];
    }
    return leaf;
  }

  private static int[] inTurn(int classes, SplitMix64 random) {
    int[] leaf;
    do {
      leaf = RegimeConcept.permutation(LEAVES, random);
      for (int i = 0; i < LEAVES; i++) {
        leaf[i] %= classes;
      }
    } while (leaf[0] == leaf[1] || leaf[2] == leaf[3] || leaf[4] == leaf[5] || leaf[6] == leaf[7]);
    return leaf;
  }

  private static double[] moved(double[] threshold, int[] leaf, ClassShares shares) {
    // nodes as in a heap: those below node i are 2 i + 1 and 2 i + 2, the leaves from 7 on
    double[] mass = new double[SPLITS + LEAVES];
    mass[0] = 1;
    for (int node = 0; node < SPLITS; node++) {
      mass[2 * node + 1] = mass[node] * threshold[node];
      mass[2 * node + 2] = mass[node] * (1 - threshold[node]);
    }
    double[] found = new double[shares.size()];
    for (int i = 0; i < LEAVES; i++) {
      found[leaf[i]] += mass[SPLITS + i];
    }
    for (int i = 0; i < LEAVES; i++) {
      mass[SPLITS + i] *= shares.share(leaf[i]) / found[leaf[i]];
    }
    double[] moved = new double[SPLITS];
    for (int node = SPLITS - 1; node >= 0; node--) {
      mass[node] = mass[2 * node + 1] + mass[2 * node + 2];
      moved[node] = mass[2 * node + 1] / mass[node];
    }
    return moved;
  }

  @Override
  public int label(double[] x) {
    int node = 0;
    while (node < SPLITS) {
      node = 2 * node + (x[feature[node]] > threshold[node] ? 2 : 1);
    }
    return leaf[node - SPLITS];
  }
}
