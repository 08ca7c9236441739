// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes Hoeffding trees (VFDT) of MOA 2024.07.0 with adaptive naive Bayes leaves.
 *
 * <p>A leaf considers splitting each time it has seen another grace period of example weight. It
 * splits on the attribute with the highest information gain G when G exceeds the runner-up's by
 * more than the Hoeffding bound {@code sqrt(R^2 ln(1/d) / 2n)}, with R = log2 of the number of
 * classes, d the split confidence and n the weight seen, or when that bound is below the tie
 * threshold. Numeric attributes are observed as one Gaussian a class, with 10 candidate splits.
 *
 * <p>Meaning of unusual input: NaN is a missing value, and so is a nominal value that the schema
 * does not declare; a missing value is left out of the statistics, and an example that misses the
 * value a split tests is predicted from that node and not learned below it (this is MOA's rule).
 *
 * <p>The values of a nominal attribute with too many of them ({@link
 * io.driftmoe.core.Domain#isWide}) are folded into 128 by their hash.
 *
 * <p>Nothing in this tree is random: the seed has no effect.
 *
 * <p>Hulten, Spencer, Domingos: Mining time-changing data streams, KDD 2001; Domingos, Hulten:
 * Mining high-speed data streams, KDD 2000.
 *
 * @param gracePeriod example weight between two split attempts of a leaf, at least 1
 * @param splitConfidence probability of a wrong split that is accepted, between 0 and 1 (exclusive)
 * @param tieThreshold Hoeffding bound below which near-equal candidates are split at once, 0 to 1
 */
public record MoaHoeffdingTreeFactory(int gracePeriod, double splitConfidence, double tieThreshold)
    implements ExpertFactory {
  private static final int LONGEST_GRACE_PERIOD = 1_000_000;

  /**
   * Rejects values outside the ranges above.
   *
   * @param gracePeriod weight of examples, from 1 to 1,000,000
   * @param splitConfidence between 0 and 1 (exclusive)
   * @param tieThreshold from 0 to 1
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public MoaHoeffdingTreeFactory {
    if (gracePeriod < 1 || gracePeriod > LONGEST_GRACE_PERIOD) {
      throw new IllegalArgumentException(
          "gracePeriod must be from 1 to %s, got %s".formatted(LONGEST_GRACE_PERIOD, gracePeriod));
    }
    if (!(splitConfidence > 0 && splitConfidence < 1)) {
      throw new IllegalArgumentException(
          "splitConfidence must lie between 0 and 1 (exclusive), got " + splitConfidence);
    }
    if (!(tieThreshold >= 0 && tieThreshold <= 1)) {
      throw new IllegalArgumentException(
          "tieThreshold must lie between 0 and 1, got " + tieThreshold);
    }
  }

  /**
   * Uses the configuration published for DriftMoE.
   *
   * @return grace period 50, split confidence 1e-7, tie threshold 0.05
   */
  public static MoaHoeffdingTreeFactory paper() {
    return new MoaHoeffdingTreeFactory(50, 1e-7, 0.05);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new MoaHoeffdingTree(this, schema, true);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return MoaHoeffdingTree.readSnapshot(this, schema, in);
  }

  /** An empty tree with these options, ready to learn. */
  LeanHoeffdingTree newTree() {
    LeanHoeffdingTree tree = new LeanHoeffdingTree();
    tree.gracePeriodOption.setValue(gracePeriod);
    tree.splitConfidenceOption.setValue(splitConfidence);
    tree.tieThresholdOption.setValue(tieThreshold);
    tree.prepareForUse();
    return tree;
  }
}
