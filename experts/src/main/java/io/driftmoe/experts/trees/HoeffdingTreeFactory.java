// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes Hoeffding trees (VFDT) on flat primitive arrays.
 *
 * <p>A leaf considers splitting each time it has seen another grace period of example weight. It
 * splits on the attribute with the highest information gain G when G exceeds the runner-up's, or 0,
 * the gain of not splitting, by more than the Hoeffding bound {@code sqrt(R^2 ln(1/d) / 2n)}, with
 * R = log2 of the number of classes the leaf has seen, d the split confidence and n its weight, or
 * when that bound is below the tie threshold. As in MOA, n includes the weight that the leaf
 * inherited from the split above; in a leaf that gave its statistics up and got room again, it is
 * what was seen since. A leaf where not splitting wins stays active (MOA deactivates it). Numeric
 * attributes are observed as one normal distribution a class, with 10 candidate splits; a nominal
 * attribute is split into all its values. Of one with too many values for that ({@link
 * Domain#isWide}) a leaf keeps the most frequent it has seen, in up to an eighth of the memory of
 * the tree and at most 1 MiB, and a split separates one value from all others.
 *
 * <p>With {@link SplitTest#SEQUENTIAL} a leaf splits when its best split is shown to be better than
 * none, whatever the runner-up gains and without ties.
 *
 * <p>Where naive Bayes has nothing to say, because the leaf has seen nothing yet, the class weights
 * predict. Weights of examples are cut to 1e-100..1e100.
 *
 * <p>Meaning of unusual input: NaN is a missing value, and so is a nominal value that the schema
 * does not declare; a missing value is left out of the statistics, and an example that misses the
 * value a split tests is predicted from the class weights of that split, and learned by them alone.
 * A nominal value that no example had when its branch was made is predicted like that too.
 *
 * <p>The seed draws the attributes that a leaf considers; with a share of 1 it has no effect.
 *
 * <p>Hulten, Spencer, Domingos: Mining time-changing data streams, KDD 2001; Domingos, Hulten:
 * Mining high-speed data streams, KDD 2000.
 *
 * @param gracePeriod example weight between two split attempts of a leaf, positive and finite
 * @param splitConfidence probability of a wrong split that is accepted, between 0 and 1 (exclusive)
 * @param tieThreshold Hoeffding bound below which near-equal candidates are split at once, 0 to 1
 * @param leaves how leaves predict
 * @param attributeShare share of the attributes that a leaf considers for its split, drawn for each
 *     leaf, rounded to whole attributes, at least one; above 0, up to 1
 * @param maxLeaves no split makes more leaves than this; at least 1, and with 1 nothing ever splits
 * @param maxBytes memory that a tree may hold, at least 1. The least promising leaves - those where
 *     the majority class errs least - give their statistics up to stay below, keep their class
 *     weights only, and may get room again later; where three quarters are needed for the shape
 *     alone, the tree stops to grow. What an empty tree needs is held in any case; a tree whose one
 *     leaf does not fit is a majority vote.
 * @param splitTest when a leaf splits
 * @param eventWeight weight that counts as one event in the sequential test, positive and finite;
 *     the mean weight of an example, such as that of online bagging, keeps the level of the test,
 *     and a smaller one lets leaves split sooner
 */
public record HoeffdingTreeFactory(
    double gracePeriod,
    double splitConfidence,
    double tieThreshold,
    LeafPrediction leaves,
    double attributeShare,
    int maxLeaves,
    long maxBytes,
    SplitTest splitTest,
    double eventWeight)
    implements TreeFactory {
  private static final int MOST_LEAVES = 1_000_000;

  /** 1 TiB. */
  static final long MOST_BYTES = 1L << 40;

  /**
   * Rejects values outside the ranges above.
   *
   * @param gracePeriod weight of examples, positive and finite
   * @param splitConfidence between 0 and 1 (exclusive)
   * @param tieThreshold from 0 to 1
   * @param leaves how leaves predict
   * @param attributeShare above 0, at most 1
   * @param maxLeaves from 1 to 1,000,000
   * @param maxBytes from 1 to 2^40
   * @param splitTest when a leaf splits
   * @param eventWeight positive and finite
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public HoeffdingTreeFactory {
    if (!(gracePeriod > 0) || Double.isInfinite(gracePeriod)) {
      throw new IllegalArgumentException(
          "gracePeriod must be positive and finite, got " + gracePeriod);
    }
    if (!(splitConfidence > 0 && splitConfidence < 1)) {
      throw new IllegalArgumentException(
          "splitConfidence must lie between 0 and 1 (exclusive), got " + splitConfidence);
    }
    if (!(tieThreshold >= 0 && tieThreshold <= 1)) {
      throw new IllegalArgumentException(
          "tieThreshold must lie between 0 and 1, got " + tieThreshold);
    }
    Objects.requireNonNull(leaves, "leaves");
    if (!(attributeShare > 0 && attributeShare <= 1)) {
      throw new IllegalArgumentException(
          "attributeShare must be above 0 and at most 1, got " + attributeShare);
    }
    if (maxLeaves < 1 || maxLeaves > MOST_LEAVES) {
      throw new IllegalArgumentException(
          "maxLeaves must be from 1 to %s, got %s".formatted(MOST_LEAVES, maxLeaves));
    }
    if (maxBytes < 1 || maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes must be from 1 to %s, got %s".formatted(MOST_BYTES, maxBytes));
    }
    Objects.requireNonNull(splitTest, "splitTest");
    if (!(eventWeight > 0) || Double.isInfinite(eventWeight)) {
      throw new IllegalArgumentException(
          "eventWeight must be positive and finite, got " + eventWeight);
    }
  }

  /**
   * Trees that split by the Hoeffding bound.
   *
   * @param gracePeriod weight of examples, positive and finite
   * @param splitConfidence between 0 and 1 (exclusive)
   * @param tieThreshold from 0 to 1
   * @param leaves how leaves predict
   * @param attributeShare above 0, at most 1
   * @param maxLeaves from 1 to 1,000,000
   * @param maxBytes from 1 to 2^40
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public HoeffdingTreeFactory(
      double gracePeriod,
      double splitConfidence,
      double tieThreshold,
      LeafPrediction leaves,
      double attributeShare,
      int maxLeaves,
      long maxBytes) {
    this(
        gracePeriod,
        splitConfidence,
        tieThreshold,
        leaves,
        attributeShare,
        maxLeaves,
        maxBytes,
        SplitTest.HOEFFDING,
        1);
  }

  /**
   * Uses MOA's defaults, with limits on the size.
   *
   * @return grace period 200, split confidence 1e-7, tie threshold 0.05, adaptive naive Bayes
   *     leaves, all attributes; at most 100,000 leaves and 32 MiB
   */
  public static HoeffdingTreeFactory moa() {
    return new HoeffdingTreeFactory(
        200, 1e-7, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, 100_000, 32L << 20);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return new HoeffdingTree(this, new TreeInput(new Domain(schema)), true, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return new HoeffdingTree(this, new TreeInput(new Domain(schema)), true, 0).readSnapshot(in);
  }

  @Override
  public HoeffdingTree tree(TreeInput input, long seed) {
    return new HoeffdingTree(this, input, false, seed);
  }

  @Override
  public HoeffdingTree restoreTree(TreeInput input, DataInput in) throws IOException {
    return new HoeffdingTree(this, input, false, 0).readSnapshot(in);
  }
}
