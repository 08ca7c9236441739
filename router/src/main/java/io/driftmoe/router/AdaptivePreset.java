// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.FixedShareConfig;
import io.driftmoe.experts.ForestFactory;
import io.driftmoe.experts.HoeffdingTreeFactory;
import io.driftmoe.experts.LeafPrediction;
import java.util.List;

/**
 * What {@link Preset#ADAPTIVE} is made of: two levels, a soft mixture of families, each of which
 * learns everything and may have members of its own.
 */
final class AdaptivePreset {
  private static final AdwinFactory WARNING = new AdwinFactory(0.1);
  private static final AdwinFactory DRIFT = new AdwinFactory(0.05);
  private static final long TREE_BYTES = 2 << 20;

  private AdaptivePreset() {}

  static Specialisation pool() {
    HoeffdingTreeFactory tree =
        new HoeffdingTreeFactory(
            200, 0.05, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 3000, TREE_BYTES);
    ForestFactory forest = new ForestFactory(tree, 12, 6, WARNING, DRIFT, 0.005, 4);
    return new Specialisation.Regimes(List.of(forest), 1, new Combination.Soft());
  }

  static List<GateConfig> gates() {
    NetworkConfig network =
        new NetworkConfig(RouterInputs.STANDARDISED, List.of(32), 2e-3, 0, 16, 1);
    return List.of(
        new GateConfig.MlpNll(network), new GateConfig.FixedShare(FixedShareConfig.defaults()));
  }
}
