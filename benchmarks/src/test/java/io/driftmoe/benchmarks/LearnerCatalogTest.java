// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearnerCatalogTest {

  static List<String> names() {
    // boosted trees take minutes for what the others take seconds for
    return LearnerCatalog.names().stream()
        .filter(name -> !name.endsWith("-100") && !name.equals("SGBT"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyLearner_runs(String name) throws Exception {
    CellResult result = Cells.run(Cells.cell("regime_s4s", name, 120));

    assertThat(result.scores().of(ScoreMeasure.ACCURACY)).isBetween(20.0, 100.0);
    assertThat(result.cost().modelBytes()).isPositive();
  }

  @Test
  @Tag("slow")
  void gradientBoostedTrees_run() throws Exception {
    assertThat(Cells.run(Cells.cell("rbf_m", "SGBT", 60)).failure()).isNull();
  }

  @Test
  void names_areFoundInAnyCase_andUnknownOnesNameTheKnown() {
    assertThat(LearnerCatalog.named("arf-10").definition())
        .isEqualTo("meta.AdaptiveRandomForest -s 10");
    assertThatThrownBy(() -> LearnerCatalog.named("ARF-11"))
        .hasMessageContaining("'ARF-11'")
        .hasMessageContaining("ARF-10, ARF-30");
  }

  @Test
  void moaCommandLine_isChecked() {
    assertThat(LearnerCatalog.moa("HT", "trees.HoeffdingTree -g 50").definition())
        .isEqualTo("trees.HoeffdingTree -g 50");
    assertThatThrownBy(() -> LearnerCatalog.moa("x", "trees.NoSuchTree"))
        .hasMessageContaining("trees.NoSuchTree");
    assertThatThrownBy(() -> LearnerCatalog.moa("x", "trees.HoeffdingTree -g soon"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void variant_replacesWhatItNames() {
    MixtureConfig config =
        new MixtureSettings(
                """
                {"preset": "paper-data", "experts": 6, "topK": 2, "hidden": [32], "batchSize": 64}""")
            .config(9);

    MixtureConfig preset = MixtureConfig.of(Preset.PAPER_DATA, 9);
    assertThat(config.division())
        .isEqualTo(Division.Data.alike(6, MoaHoeffdingTreeFactory.paper(), 2));
    NetworkConfig network = ((MaskGateFactory) config.gates().get(0)).network();
    assertThat(network.hidden()).containsExactly(32);
    assertThat(network.batchSize()).isEqualTo(64);
    assertThat(network.learningRate()).isEqualTo(2e-3);
    assertThat(config.seed()).isEqualTo(9);
    LearnerSpec spec = LearnerCatalog.mixture("six", MixtureSettings.of(Preset.PAPER_DATA));
    assertThat(spec.configuration(9)).isEqualTo(preset.toString());
  }
}
