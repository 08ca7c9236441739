// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

/** When a leaf of a {@link HoeffdingTreeFactory Hoeffding tree} splits. */
public enum SplitTest {
  /**
   * When the best attribute leads the second best by more than the Hoeffding bound, or the bound is
   * below the tie threshold. The bound holds at one number of examples; a leaf that attempts a
   * split again and again errs more often than it says.
   *
   * <p>Domingos, Hulten: Mining high-speed data streams, KDD 2000.
   */
  HOEFFDING,

  /**
   * When the best split is better than none, by the likelihood of the labels in its branches over
   * that without it: {@code n G ln 2 - (b - 1) (k - 1) / 2 ln n} must reach {@code ln(m / d)}, with
   * n the weight that the leaf has observed, as a number of events, G the information gain in bits,
   * b the branches, k the classes seen, m the attributes considered and d the split confidence. The
   * left side is, up to bounded terms, the logarithm of the wealth of a bettor who predicts each
   * label from those before it in its branch against one who predicts it from all, which is a
   * martingale as long as the labels do not depend on the branch: the test may be repeated at any
   * time. How near second best comes does not matter, and there are no ties: a leaf without
   * evidence does not split.
   *
   * <p>Turner, Ly, Grünwald: Generic E-variables for exact sequential k-sample tests that allow for
   * optional stopping, Journal of Statistical Planning and Inference 230, 2024; Amoukou, Mishra,
   * Veloso: Correcting split selection in online decision trees via anytime-valid inference, ICML
   * 2026 (tests a split by its sequential predictions).
   */
  SEQUENTIAL
}
