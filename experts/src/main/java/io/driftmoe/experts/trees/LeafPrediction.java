// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

/** How a leaf of a {@link HoeffdingTreeFactory Hoeffding tree} predicts. */
public enum LeafPrediction {
  /** The shares of the classes among the examples that reached the leaf. */
  MAJORITY_CLASS,

  /** Naive Bayes over the statistics of the leaf. */
  NAIVE_BAYES,

  /**
   * Naive Bayes, unless the majority class has been right more often in this leaf, by example
   * weight.
   *
   * <p>Gama, Rocha, Medas: Accurate decision trees for mining high-speed data streams, KDD 2003;
   * Holmes, Kirkby, Pfahringer: Stress-testing Hoeffding trees, PKDD 2005.
   */
  NAIVE_BAYES_ADAPTIVE
}
