// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.ResponsibilityGateFactory;
import java.util.ArrayList;
import java.util.List;

/** Specialists that are small enough to be tested often, and streams that need some. */
public final class SmallSpecialists {
  public static final ActiveSetConfig ALL = new ActiveSetConfig(1, 1, 1, 0);

  /** Two concepts that contradict each other, told apart by the sign of {@code side}. */
  public static final StreamSchema SIDES =
      new StreamSchema(
          List.of(
              Attribute.numeric("a"),
              Attribute.numeric("b"),
              Attribute.numeric("side"),
              Attribute.numeric("c"),
              Attribute.numeric("d"),
              Attribute.numeric("e"),
              Attribute.numeric("f")),
          new LabelSpace(List.of("no", "yes")));

  private SmallSpecialists() {}

  static SpecialistConfig config(int trees) {
    return new SpecialistConfig(
        new HoeffdingTreeFactory(
            50, 0.001, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, 300, 1 << 16),
        trees,
        6,
        new MlpClassifierFactory(List.of(8), 5e-3, 1),
        FixedShareConfig.defaults());
  }

  public static RoutedSpecialistsFactory routed(int specialists, ActiveSetConfig active) {
    return new RoutedSpecialistsFactory(
        config(1),
        specialists,
        new ResponsibilityGateFactory(List.of(16), 5e-3, 4),
        active,
        new AdwinFactory(0.01));
  }

  /** Specialists that can each learn one of the two concepts, and not both. */
  static RoutedSpecialistsFactory linear(int specialists, ActiveSetConfig active) {
    return new RoutedSpecialistsFactory(
        new SpecialistConfig(
            NaiveBayesFactory.defaults(),
            1,
            6,
            new MlpClassifierFactory(List.of(), 5e-3, 1),
            FixedShareConfig.defaults()),
        specialists,
        new ResponsibilityGateFactory(List.of(16), 5e-3, 4),
        active,
        new AdwinFactory(0.01));
  }

  static RegimeLibraryFactory library(int specialists) {
    return new RegimeLibraryFactory(config(1), specialists, 0.99, ALL);
  }

  /**
   * Whether the other attributes lie on one side of a plane, and the contrary where {@code side} is
   * positive.
   */
  public static List<LabeledExample> sides(int events, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      double side = 2 * random.nextDouble() - 1;
      examples.add(example(random, side, side > 0));
    }
    return examples;
  }

  /** The two concepts by turns, so many events each; {@code side} says nothing. */
  static List<LabeledExample> turns(int events, int turn, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      examples.add(example(random, 2 * random.nextDouble() - 1, i / turn % 2 == 1));
    }
    return examples;
  }

  private static LabeledExample example(SplitMix64 random, double side, boolean contrary) {
    double[] values = new double[7];
    double sum = 0;
    for (int a = 0; a < values.length; a++) {
      values[a] = 2 * random.nextDouble() - 1;
      sum += a == 2 ? 0 : values[a];
    }
    values[2] = side;
    return new LabeledExample(FeatureVector.of(values), sum > 0 != contrary ? 1 : 0);
  }
}
