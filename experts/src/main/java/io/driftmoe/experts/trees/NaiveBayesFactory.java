// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;

/**
 * Makes incremental naive Bayes classifiers: one leaf of a {@link HoeffdingTreeFactory Hoeffding
 * tree} that never splits.
 *
 * <pre>p(c | x) proportional to count(c) * product of p(x_a | c) over the known attributes</pre>
 *
 * <p>with the normal density of the class for a numeric attribute, and (w_v + 1) / (w + V) for
 * value v of a nominal one: w_v of the class's weight w has that value, of V declared ones. A
 * numeric attribute that has had a single value in a class has density 1 there and 0 elsewhere.
 *
 * <p>A nominal attribute with too many values to keep each of them ({@link Domain#isWide})
 * multiplies by p(c | v) / p(c) instead, with {@code p(c | v) = (w_vc + p(c)) / (w_v + 1)}, over
 * the most frequent of the values seen: as many as fit into an eighth of the memory, at most 1 MiB.
 *
 * <p>NaN and undeclared nominal values are missing and left out. Nothing is random: the seed has no
 * effect.
 *
 * @param maxBytes memory that a classifier may hold, from 1 to 2^40; about 40 for each pair of a
 *     numeric attribute and a class that was seen, 8 for one of a nominal value and a class. One
 *     that would need more predicts by the weights of the classes alone
 */
public record NaiveBayesFactory(long maxBytes) implements ExpertFactory {
  private static final long DEFAULT_BYTES = 32L << 20;

  /**
   * Rejects a limit outside its range.
   *
   * @param maxBytes from 1 to 2^40
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public NaiveBayesFactory {
    leaf(maxBytes);
  }

  /** {@return naive Bayes in at most 32 MiB} */
  public static NaiveBayesFactory defaults() {
    return new NaiveBayesFactory(DEFAULT_BYTES);
  }

  private static HoeffdingTreeFactory leaf(long maxBytes) {
    return new HoeffdingTreeFactory(1, 0.5, 0, LeafPrediction.NAIVE_BAYES, 1, 1, maxBytes);
  }

  private HoeffdingTree untrained(StreamSchema schema) {
    return new HoeffdingTree(leaf(maxBytes), new TreeInput(new Domain(schema)), true, 0);
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return untrained(schema);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return untrained(schema).readSnapshot(in);
  }
}
