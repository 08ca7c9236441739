// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/** How one source of a {@link RegimeStream} labels its events. */
interface RegimeConcept {
  /** Number of label features. */
  int FEATURES = 10;

  /**
   * The class before label noise, 0 or 1.
   *
   * @param x the label features in the first {@value #FEATURES} places, each in [0, 1)
   */
  int label(double[] x);

  /** One of the four kinds, with random parameters. */
  static RegimeConcept draw(Kind kind, SplitMix64 random) {
    return switch (kind) {
      case TREE -> tree(random);
      case HYPERPLANE -> hyperplane(random);
      case PAIR_SUM -> pairSum(random);
      case CENTROIDS -> nearestCentroid(random);
    };
  }

  /** What a concept is made of. */
  enum Kind {
    /** A full tree of depth 3 whose seven splits test different features. */
    TREE,
    /** The side of a hyperplane through the middle of the cube. */
    HYPERPLANE,
    /** Whether two of the features exceed 1 together. */
    PAIR_SUM,
    /** The class of the nearest of eight centroids, four of each class. */
    CENTROIDS
  }

  private static RegimeConcept tree(SplitMix64 random) {
    int[] feature = permutation(random);
    double[] threshold = new double[7];
    for (int i = 0; i < threshold.length; i++) {
      threshold[i] = 0.3 + 0.4 * random.nextDouble();
    }
    // The two leaves below a last split always differ, so that every split matters.
    int[] leftLeaf = new int[4];
    for (int i = 0; i < leftLeaf.length; i++) {
      leftLeaf[i] = below(2, random);
    }
    return x -> {
      int node = 0;
      int right = 0;
      for (int depth = 0; depth < 3; depth++) {
        right = x[feature[node]] > threshold[node] ? 1 : 0;
        if (depth < 2) {
          node = 2 * node + 1 + right;
        }
      }
      return leftLeaf[node - 3] ^ right;
    };
  }

  private static RegimeConcept hyperplane(SplitMix64 random) {
    double[] weight = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      weight[i] = 2 * random.nextDouble() - 1;
    }
    return x -> {
      double side = 0;
      for (int i = 0; i < FEATURES; i++) {
        side += weight[i] * (x[i] - 0.5);
      }
      return side > 0 ? 1 : 0;
    };
  }

  private static RegimeConcept pairSum(SplitMix64 random) {
    int[] feature = permutation(random);
    return x -> x[feature[0]] + x[feature[1]] > 1 ? 1 : 0;
  }

  private static RegimeConcept nearestCentroid(SplitMix64 random) {
    double[][] centroid = new double[8][FEATURES];
    for (double[] at : centroid) {
      for (int i = 0; i < FEATURES; i++) {
        at[i] = random.nextDouble();
      }
    }
    return x -> {
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centroid.length; c++) {
        double distance = 0;
        for (int i = 0; i < FEATURES; i++) {
          distance += (x[i] - centroid[c][i]) * (x[i] - centroid[c][i]);
        }
        if (distance < least) {
          least = distance;
          nearest = c;
        }
      }
      return nearest % 2;
    };
  }

  private static int[] permutation(SplitMix64 random) {
    int[] order = new int[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      int j = below(i + 1, random);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static int below(int bound, SplitMix64 random) {
    return (int) (bound * random.nextDouble());
  }
}
