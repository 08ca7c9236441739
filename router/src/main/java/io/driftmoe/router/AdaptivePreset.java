// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.FixedShareConfig;
import io.driftmoe.experts.ForestFactory;
import io.driftmoe.experts.GuardedFactory;
import io.driftmoe.experts.HoeffdingTreeFactory;
import io.driftmoe.experts.LeafPrediction;
import io.driftmoe.experts.MlpClassifierFactory;
import io.driftmoe.experts.NaiveBayesFactory;
import io.driftmoe.experts.NearestNeighboursFactory;
import java.util.List;

/**
 * What {@link Preset#ADAPTIVE} is made of: a soft mixture of four families, all of which learn
 * every event. A drift-guarded forest of 16 Hoeffding trees and a drift-guarded naive Bayes;
 * nearest neighbours in the last 500 and 1,500 events; a network of 64 hidden units. Two gates
 * weigh them: a network of 32 hidden units on standardised inputs, trained with the mixture's
 * likelihood, and fixed-share weights.
 *
 * <p>Trees and windows differ from leveraging bagging and adaptive random forests where that costs
 * little and saves much: trees attempt splits every 200 units of weight, which at a mean weight of
 * 6 is every 33 events, and each leaf looks at 60 % of the attributes.
 */
final class AdaptivePreset {
  private static final int TREES = 16;

  /** What trees may use of the model's memory; the rest is for windows and networks. */
  private static final double TREES_SHARE = 0.75;

  private static final AdwinFactory WARNING = new AdwinFactory(0.1);
  private static final AdwinFactory DRIFT = new AdwinFactory(0.05);

  private AdaptivePreset() {}

  /**
   * @param modelBytes memory of the whole model; at least 1 MiB
   */
  static Specialisation pool(long modelBytes) {
    if (modelBytes < 1 << 20) {
      throw new IllegalArgumentException(
          "modelBytes must be at least %d, got %d".formatted(1 << 20, modelBytes));
    }
    // Each tree may have another one learning in the background.
    long treeBytes = (long) (TREES_SHARE * modelBytes / (2 * TREES));
    HoeffdingTreeFactory tree =
        new HoeffdingTreeFactory(
            200, 0.01, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 3000, treeBytes);
    return new Specialisation.Regimes(
        List.of(
            new ForestFactory(tree, TREES, 6, WARNING, DRIFT, 0.005, 4),
            new GuardedFactory(new NaiveBayesFactory(), WARNING, DRIFT),
            NearestNeighboursFactory.defaults(),
            MlpClassifierFactory.defaults()),
        4,
        new Combination.Soft());
  }

  static List<GateConfig> gates() {
    NetworkConfig network =
        new NetworkConfig(RouterInputs.STANDARDISED, List.of(32), 2e-3, 0, 16, 1);
    return List.of(
        new GateConfig.MlpNll(network), new GateConfig.FixedShare(FixedShareConfig.defaults()));
  }
}
