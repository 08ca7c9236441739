// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.gates.FixedShare;
import io.driftmoe.gates.FixedShareConfig;
import java.util.List;
import java.util.Objects;

/**
 * What a specialist is made of: a few trees and a network, mixed by {@link FixedShare} weights. All
 * of it learns an event with the responsibility w that the specialist has for it: each tree a
 * Poisson(w · mean) times, the network with its gradient times w, the weights with eta times w.
 *
 * @param tree what each of the trees is; any expert will do
 * @param trees number of them, at least 1. Their distributions are added up with weights
 *     (recency-weighted accuracy)^4
 * @param poissonMean mean weight of an event of responsibility 1, greater than 0, at most 100
 * @param network on standardised inputs; its batch size must be 1. Its learning rate falls to a
 *     fifth as the specialist learns, and is whole again after a drift
 * @param mixing of the trees' vote and the network's
 */
public record SpecialistConfig(
    ExpertFactory tree,
    int trees,
    double poissonMean,
    MlpClassifierFactory network,
    FixedShareConfig mixing) {
  private static final int MOST_TREES = 1_024;

  /**
   * Checks the ranges.
   *
   * @param tree what each of the trees is
   * @param trees from 1 to 1,024
   * @param poissonMean greater than 0 and at most 100
   * @param network with a batch size of 1
   * @param mixing of the trees' vote and the network's
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public SpecialistConfig {
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(mixing, "mixing");
    if (trees < 1 || trees > MOST_TREES) {
      throw new IllegalArgumentException(
          "trees must be from 1 to %s, got %s".formatted(MOST_TREES, trees));
    }
    if (!(poissonMean > 0 && poissonMean <= 100)) {
      throw new IllegalArgumentException(
          "poissonMean must be greater than 0 and at most 100, got " + poissonMean);
    }
    if (network.batchSize() != 1) {
      throw new IllegalArgumentException(
          "network must have a batch-size of 1, got " + network.batchSize());
    }
  }

  /**
   * Uses two trees that attempt splits every 100 units of weight at confidence 0.001, of at most
   * 256 KiB each, and a network of 32 hidden units.
   *
   * @return learning rate 5e-3, Poisson(6), eta 0.3
   */
  public static SpecialistConfig defaults() {
    return new SpecialistConfig(
        new HoeffdingTreeFactory(
            100, 0.001, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, 3000, 256 << 10),
        2,
        6,
        new MlpClassifierFactory(List.of(32), 5e-3, 1),
        new FixedShareConfig(0.3, 0.01, 0.1));
  }
}
