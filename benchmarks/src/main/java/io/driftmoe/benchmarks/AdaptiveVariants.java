// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The preset adaptive with parts taken out or replaced, each to show what a part is worth. All are
 * derived from the preset as it is.
 */
final class AdaptiveVariants {
  private static final ForestFactory FOREST = ForestFactory.defaults();

  private AdaptiveVariants() {}

  /** All, by name. */
  static Map<String, MixtureSettings> all() {
    Map<String, MixtureSettings> variants = new LinkedHashMap<>();
    MixtureSettings unrouted = without(expert -> routed(expert) || library(expert));
    variants.put("adaptive-no-knn", without(NearestNeighboursFactory.class::isInstance));
    variants.put("adaptive-no-S", without(AdaptiveVariants::routed));
    variants.put("adaptive-no-T", without(AdaptiveVariants::library));
    variants.put("adaptive-unrouted", unrouted);
    variants.put("adaptive-unrouted-awake", awake(unrouted));
    variants.put("adaptive-awake", awake(MixtureSettings.of(Preset.ADAPTIVE)));
    variants.put("adaptive-no-labels", with("label-memory", "never"));
    variants.put("shared-everything", sharedEverything());
    variants.put("adaptive-balanced", with("objective", "balanced-accuracy"));
    variants.put("adaptive-g-mean", with("objective", "g-mean"));
    variants.put("adaptive-uncalibrated", with("calibration", "never"));
    return variants;
  }

  private static MixtureConfig preset() {
    return MixtureConfig.of(Preset.ADAPTIVE, 0);
  }

  private static List<ExpertFactory> families() {
    return ((Division.Data) preset().division()).experts();
  }

  private static MixtureSettings without(Predicate<ExpertFactory> left) {
    return MixtureSettings.of(Preset.ADAPTIVE)
        .withPool(families().stream().filter(left.negate()).toList());
  }

  /** Whether it is routed specialists, or a committee of nothing else. */
  private static boolean routed(ExpertFactory expert) {
    return expert instanceof RoutedSpecialistsFactory
        || expert instanceof CommitteeFactory committee
            && committee.members().stream().allMatch(AdaptiveVariants::routed);
  }

  private static boolean library(ExpertFactory expert) {
    return expert instanceof RegimeLibraryFactory
        || expert instanceof CommitteeFactory committee
            && committee.members().stream().allMatch(AdaptiveVariants::library);
  }

  private static MixtureSettings with(String setting, String value) {
    ObjectNode tree = MixtureSettings.of(Preset.ADAPTIVE).tree();
    tree.put(setting, value);
    return new MixtureSettings(tree.toString());
  }

  private static MixtureSettings awake(MixtureSettings settings) {
    ObjectNode tree = settings.tree();
    tree.put("attendance", "never");
    return new MixtureSettings(tree.toString());
  }

  /** As many experts as before, counting each specialist as one, and all learn every event. */
  private static MixtureSettings sharedEverything() {
    List<ExpertFactory> pool = new ArrayList<>();
    families().forEach(family -> pool.addAll(plain(family)));
    ObjectNode tree = MixtureSettings.of(Preset.ADAPTIVE).withPool(pool).tree();
    FixedShareConfig weights = FixedShareConfig.defaults(); // those of the preset
    tree.putArray("gates")
        .addObject()
        .put("type", "fixed-share")
        .put("eta", weights.eta())
        .put("share", weights.share())
        .put("floor", weights.floor());
    tree.put("attendance", "never");
    tree.put("lifecycle", "never");
    return new MixtureSettings(tree.toString());
  }

  private static List<ExpertFactory> plain(ExpertFactory family) {
    if (family instanceof RoutedSpecialistsFactory routed) {
      return Collections.nCopies(routed.specialists(), plain(routed.specialist(), routed.drift()));
    }
    if (family instanceof RegimeLibraryFactory library) {
      // its specialists never start anew, since a memory must not; what learns everything has to
      DetectorFactory drift = RoutedSpecialistsFactory.defaults().drift();
      return Collections.nCopies(library.specialists(), plain(library.specialist(), drift));
    }
    if (family instanceof CommitteeFactory committee && (routed(family) || library(family))) {
      return committee.members().stream().flatMap(member -> plain(member).stream()).toList();
    }
    return List.of(family);
  }

  /**
   * Trees and network of a specialist, mixed as in it. A detector that warns when it finds a drift
   * leaves no background trees: a tree starts anew, as those of a specialist do.
   */
  private static ExpertFactory plain(SpecialistConfig specialist, DetectorFactory drift) {
    ForestFactory trees =
        new ForestFactory(
            specialist.tree(),
            specialist.trees(),
            specialist.poissonMean(),
            drift,
            drift,
            FOREST.accuracyRate(),
            FOREST.votePower());
    return new CommitteeFactory(List.of(trees, specialist.network()), specialist.mixing());
  }
}
