// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/** How one source of a {@link RegimeStream} labels its events. */
interface RegimeConcept {
  /** Number of label features. */
  int FEATURES = 10;

  /**
   * The region, which is the class before label noise where all classes exist.
   *
   * @param x the label features in the first {@value #FEATURES} places, each in [0, 1)
   * @return from 0, below the number of classes
   */
  int label(double[] x);

  /** One of the four kinds, with random parameters. */
  static RegimeConcept draw(Kind kind, ClassShares shares, SplitMix64 random) {
    return switch (kind) {
      case TREE -> TreeConcept.draw(shares, random);
      case HYPERPLANE -> BandConcept.hyperplane(shares, random);
      case PAIR_SUM -> BandConcept.pairSum(shares, random);
      case CENTROIDS -> CentroidConcept.draw(shares, random);
    };
  }

  /** What a concept is made of. */
  enum Kind {
    /** A full tree of depth 3 whose seven splits test different features. */
    TREE,
    /** The side of a hyperplane through the middle of the cube, or a band beside it. */
    HYPERPLANE,
    /** Whether two of the features exceed 1 together, or between which bounds their sum lies. */
    PAIR_SUM,
    /** The class of the nearest centroid, of four of each class. */
    CENTROIDS
  }

  /** The numbers of the features in random order. */
  static int[] permutation(SplitMix64 random) {
    return permutation(FEATURES, random);
  }

  /** The numbers below the size in random order. */
  static int[] permutation(int size, SplitMix64 random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = below(i + 1, random);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** A whole number below the bound, each as likely. */
  static int below(int bound, SplitMix64 random) {
    return (int) (bound * random.nextDouble());
  }
}
