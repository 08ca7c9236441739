// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Replacement;
import io.driftmoe.router.Sleeping;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveVariantsTest {
  private static final MixtureConfig PRESET = MixtureConfig.of(Preset.ADAPTIVE, 7);

  private static MixtureConfig variant(String name) {
    return AdaptiveVariants.all().get(name).config(7);
  }

  private static List<ExpertFactory> pool(MixtureConfig config) {
    return ((Division.Data) config.division()).experts();
  }

  private static boolean routed(ExpertFactory expert) {
    return expert instanceof CommitteeFactory committee
        && committee.members().get(0) instanceof RoutedSpecialistsFactory;
  }

  @ParameterizedTest
  @CsvSource({
    "adaptive-no-knn, true, true, false",
    "adaptive-no-S, false, true, true",
    "adaptive-no-T, true, false, true",
    "adaptive-unrouted, false, false, true"
  })
  void partTakenOut_leavesEverythingElse(
      String name, boolean routed, boolean library, boolean neighbours) {
    MixtureConfig config = variant(name);

    List<ExpertFactory> expected = new ArrayList<>(pool(PRESET));
    expected.removeIf(expert -> !routed && routed(expert));
    expected.removeIf(expert -> !library && expert instanceof RegimeLibraryFactory);
    expected.removeIf(expert -> !neighbours && expert instanceof NearestNeighboursFactory);
    assertThat(expected).hasSizeLessThan(pool(PRESET).size());
    assertThat(pool(config)).isEqualTo(expected);
    assertThat(((Division.Data) config.division()).topK()).isEqualTo(expected.size());
    assertThat(config.gates()).isEqualTo(PRESET.gates());
    assertThat(config.attendance())
        .isEqualTo(PRESET.attendance())
        .isInstanceOf(Sleeping.ByGain.class);
    assertThat(config.lifecycle()).isEqualTo(PRESET.lifecycle());
  }

  @ParameterizedTest
  @CsvSource({"adaptive-awake, 7", "adaptive-unrouted-awake, 5"})
  void awake_differsInAttendanceAlone(String name, int families) {
    MixtureConfig config = variant(name);

    assertThat(config.attendance()).isEqualTo(new Sleeping.Never());
    assertThat(pool(config)).hasSize(families).isSubsetOf(pool(PRESET));
    assertThat(config.gates()).isEqualTo(PRESET.gates());
    assertThat(config.lifecycle()).isEqualTo(PRESET.lifecycle());
  }

  @Test
  void sharedEverything_hasAPlainExpertForEachSpecialist() {
    MixtureConfig config = variant("shared-everything");
    List<ExpertFactory> generalists = pool(variant("adaptive-unrouted"));
    List<SpecialistConfig> specialists = new ArrayList<>();
    for (ExpertFactory family : pool(PRESET)) {
      if (family instanceof CommitteeFactory committee) {
        for (ExpertFactory member : committee.members()) {
          if (!(member instanceof RoutedSpecialistsFactory routed)) {
            continue;
          }
          for (int e = 0; e < routed.specialists(); e++) {
            specialists.add(routed.specialist());
          }
        }
      } else if (family instanceof RegimeLibraryFactory library) {
        for (int e = 0; e < library.specialists(); e++) {
          specialists.add(library.specialist());
        }
      }
    }

    List<ExpertFactory> pool = pool(config);
    assertThat(pool).hasSize(generalists.size() + specialists.size()).containsAll(generalists);
    List<ExpertFactory> others = new ArrayList<>(pool);
    others.removeAll(generalists);
    for (int e = 0; e < specialists.size(); e++) {
      CommitteeFactory plain = (CommitteeFactory) others.get(e);
      SpecialistConfig specialist = specialists.get(e);
      ForestFactory forest = (ForestFactory) plain.members().get(0);
      assertThat(forest.member()).isEqualTo(specialist.tree());
      assertThat(forest.members()).isEqualTo(specialist.trees());
      assertThat(forest.poissonMean()).isEqualTo(specialist.poissonMean());
      assertThat(plain.members().get(1)).isEqualTo(specialist.network());
      assertThat(plain.mixing()).isEqualTo(specialist.mixing());
    }
    assertThat(config.gates()).singleElement().isInstanceOf(FixedShareGateFactory.class);
    assertThat(PRESET.gates()).containsAll(config.gates());
    assertThat(config.attendance()).isEqualTo(new Sleeping.Never());
    assertThat(config.lifecycle()).isEqualTo(new Replacement.Never());
  }
}
