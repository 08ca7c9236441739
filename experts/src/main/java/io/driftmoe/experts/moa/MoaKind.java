// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

/** Codes of the snapshot format for what stands at a place in the tree. Never renumber. */
final class MoaKind {
  static final int ABSENT = 0;

  static final int SPLIT = 1;
  static final int INACTIVE_LEAF = 2;
  static final int MAJORITY_LEAF = 3;
  static final int NAIVE_BAYES_LEAF = 4;
  static final int ADAPTIVE_LEAF = 5;

  static final int NUMERIC_TEST = 1;
  static final int NOMINAL_BINARY_TEST = 2;
  static final int NOMINAL_MULTIWAY_TEST = 3;

  static final int GAUSSIAN_OBSERVER = 1;
  static final int NOMINAL_OBSERVER = 2;
  static final int NULL_OBSERVER = 3;

  private MoaKind() {}
}
