// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.OrdinaryRange;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.ensembles.GuardedFactory;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.neighbours.PrototypesFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.experts.trees.SplitTest;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.LikelihoodGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.networks.InputEncoder;
import java.util.Collections;
import java.util.List;

/**
 * What {@link Preset#ADAPTIVE} is made of: a soft mixture of seven families.
 *
 * <p>Five learn every event in the same way everywhere: a forest of 16 Hoeffding trees, each
 * replaced when another is shown to be better, and a drift-guarded naive Bayes; nearest neighbours
 * in the last 500 and 1,500 events; prototypes that move quickly and others that move slowly; a
 * network of 64 hidden units. Two divide the stream among specialists: a committee of three times
 * twelve routed specialists, each for a region of the input, and a library of twelve regimes in
 * time.
 *
 * <p>Two gates weigh the families: a network of 32 hidden units on standardised inputs, trained
 * with the mixture's likelihood, and fixed-share weights. A family that does not improve the
 * mixture is paused. What they predict together is corrected by the labels that came last, where
 * that helps: see {@link LabelMemory}.
 *
 * <p>Trees and windows of the forest differ from leveraging bagging and adaptive random forests
 * where that costs little and saves much: trees attempt splits every 50 units of weight, which at a
 * mean weight of 6 is every 8 events, by a test that may be repeated, and each leaf looks at 60 %
 * of the attributes.
 */
final class AdaptivePreset {
  private static final int EXPERTS = 7;
  private static final int TREES = 16;
  private static final int ROUTED_SPECIALISTS = 3;

  private static final long LEAST_BYTES = 1 << 20;
  private static final long MOST_BYTES = 1L << 40;

  // What may be used of the model's memory; the rest is for windows and networks.
  private static final double FOREST_SHARE = 0.45;
  private static final double SPECIALISTS_SHARE = 0.3;

  /** Of each of two: one may learn in the background. */
  private static final double BAYES_SHARE = 1.0 / 16;

  private static final double LEARNED_SHARE = FOREST_SHARE + SPECIALISTS_SHARE + 2 * BAYES_SHARE;

  // Windows, networks and what empty trees hold, measured with 1 to 10,000 attributes and 2 to
  // 10,000 classes (AdaptiveMemoryTest). Examples of the window are columns of numbers, or a bit
  // for each value of an attribute that has few, and fewer where they would take more than WINDOW.
  // Only so many numeric attributes have ranges. Where inputs are folded, eight encoders keep a
  // place for each that is. The lessons of a young mixture come on top.
  private static final long FIXED_BYTES = 930_000;
  private static final long INPUT_BYTES = 32_800;
  private static final long FOLDED_INPUT_BYTES = 8 * 8;
  private static final long CLASS_BYTES = 31_500;
  private static final long WINDOW_BYTES = 10_000_000;
  private static final long COLUMN_BYTES = 5_500;
  private static final long VALUE_BYTES = 200;
  private static final int MOST_BITS = 32;
  private static final long RANGED_BYTES = 5_400;
  private static final long NUMERIC_BYTES = 1_200;
  private static final long NOMINAL_BYTES = 600;

  private static final AdwinFactory WARNING = new AdwinFactory(0.1);
  private static final AdwinFactory DRIFT = new AdwinFactory(0.05);
  private static final double REPLACEMENT_ALPHA = 0.05;

  private AdaptivePreset() {}

  /**
   * @param modelBytes memory of the whole model; 1 MiB to 1 TiB
   */
  static Division pool(long modelBytes) {
    requireInRange(modelBytes);
    return new Division.Data(experts(modelBytes), EXPERTS, new Combination.Soft(), modelBytes);
  }

  static void requireInRange(long modelBytes) {
    if (modelBytes < LEAST_BYTES || modelBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "model-bytes must be from %s to %s, got %s"
              .formatted(LEAST_BYTES, MOST_BYTES, modelBytes));
    }
  }

  /**
   * @param modelBytes that are divided among experts; an eighth of it is left
   */
  static List<ExpertFactory> experts(long modelBytes) {
    return List.of(
        forest((long) (FOREST_SHARE * modelBytes)),
        new GuardedFactory(
            new NaiveBayesFactory((long) (BAYES_SHARE * modelBytes)), WARNING, DRIFT),
        NearestNeighboursFactory.defaults(),
        MlpClassifierFactory.defaults(),
        routed((long) (SPECIALISTS_SHARE * modelBytes)),
        library((long) (SPECIALISTS_SHARE * modelBytes)),
        prototypes());
  }

  /**
   * Checks that windows and networks take at most seven eighths.
   *
   * @throws IllegalArgumentException naming model-bytes and what it must be at least
   */
  static void requireRoom(long modelBytes, StreamSchema schema) {
    long fixed = fixedBytes(schema);
    long least = (8 * fixed + 6) / 7;
    if (modelBytes < least) {
      throw new IllegalArgumentException(
          "model-bytes must be at least %s for %s attributes and %s classes, whose windows and networks take %s; got %s"
              .formatted(least, schema.attributes().size(), schema.classes(), fixed, modelBytes));
    }
  }

  /**
   * How much of it experts may divide for events of a schema: less where windows and networks take
   * more than their share. A model that was saved when they needed less gets an eighth in any case.
   */
  static long divided(long modelBytes, StreamSchema schema) {
    long left = Math.max(modelBytes / 8, modelBytes - fixedBytes(schema));
    return Math.min(modelBytes, (long) (left / LEARNED_SHARE));
  }

  /** What windows and networks take, whatever is learned. */
  static long fixedBytes(StreamSchema schema) {
    Domain domain = new Domain(schema);
    long numeric = 0;
    long ownInputs = 0;
    long window = 0;
    for (int a = 0; a < domain.attributes(); a++) {
      int values = domain.values(a);
      numeric += values == 0 ? 1 : 0;
      ownInputs += domain.isWide(a) ? 0 : Math.max(1, values);
      window += values == 0 || values > MOST_BITS ? COLUMN_BYTES : VALUE_BYTES * values;
    }
    int inputs = new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE).width();
    long numbersOfALesson = domain.attributes() + (1L + EXPERTS) * domain.classes();
    return FIXED_BYTES
        + INPUT_BYTES * inputs
        + (ownInputs > inputs ? FOLDED_INPUT_BYTES * ownInputs : 0)
        + CLASS_BYTES * domain.classes()
        + Math.min(WINDOW_BYTES, window)
        + (numeric > OrdinaryRange.MOST_COLUMNS ? NUMERIC_BYTES : RANGED_BYTES) * numeric
        + NOMINAL_BYTES * (domain.attributes() - numeric)
        + LastLabels.heldBytes(schema)
        + MixtureOfExperts.MOST_LESSONS * Double.BYTES * numbersOfALesson;
  }

  private static ExpertFactory forest(long bytes) {
    // Each tree may have another one learning in the background.
    HoeffdingTreeFactory tree =
        new HoeffdingTreeFactory(
            50,
            0.05,
            0.05,
            LeafPrediction.NAIVE_BAYES_ADAPTIVE,
            0.6,
            3000,
            bytes / (2 * TREES),
            SplitTest.SEQUENTIAL,
            2);
    return new ForestFactory(tree, TREES, 6, WARNING, DRIFT, 0.005, 4, null, REPLACEMENT_ALPHA);
  }

  /** Quick ones follow clusters that move, slow ones know better where they are if they stay. */
  private static ExpertFactory prototypes() {
    PrototypesFactory quick = PrototypesFactory.defaults();
    PrototypesFactory slow =
        new PrototypesFactory(quick.prototypes(), 0.05, 2_000, quick.freedom());
    return new CommitteeFactory(List.of(quick, slow), FixedShareConfig.defaults());
  }

  private static ExpertFactory routed(long bytes) {
    RoutedSpecialistsFactory router = RoutedSpecialistsFactory.defaults();
    return new CommitteeFactory(
        Collections.nCopies(
            ROUTED_SPECIALISTS,
            new RoutedSpecialistsFactory(
                limited(router.specialist(), bytes),
                router.specialists(),
                router.gate(),
                router.active(),
                router.drift())),
        FixedShareConfig.defaults());
  }

  private static ExpertFactory library(long bytes) {
    RegimeLibraryFactory library = RegimeLibraryFactory.defaults();
    return new RegimeLibraryFactory(
        limited(library.specialist(), bytes),
        library.specialists(),
        library.stickiness(),
        library.active());
  }

  /**
   * @param bytes that the trees of all specialists may use together
   */
  private static SpecialistConfig limited(SpecialistConfig specialist, long bytes) {
    int specialists =
        ROUTED_SPECIALISTS * RoutedSpecialistsFactory.defaults().specialists()
            + RegimeLibraryFactory.defaults().specialists();
    HoeffdingTreeFactory tree = (HoeffdingTreeFactory) specialist.tree();
    return new SpecialistConfig(
        new HoeffdingTreeFactory(
            tree.gracePeriod(),
            tree.splitConfidence(),
            tree.tieThreshold(),
            tree.leaves(),
            tree.attributeShare(),
            tree.maxLeaves(),
            bytes / (specialists * specialist.trees())),
        specialist.trees(),
        specialist.poissonMean(),
        specialist.network(),
        specialist.mixing());
  }

  static List<GateFactory> gates() {
    NetworkConfig network =
        new NetworkConfig(InputEncoding.STANDARDISED, List.of(32), 2e-3, 0, 16, 1);
    return List.of(
        new LikelihoodGateFactory(network), new FixedShareGateFactory(FixedShareConfig.defaults()));
  }
}
