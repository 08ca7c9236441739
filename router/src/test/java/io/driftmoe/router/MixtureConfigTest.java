// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class MixtureConfigTest {

  @Test
  void presetsAreFoundByKey() {
    for (Preset preset : Preset.values()) {
      assertThat(Preset.of(preset.key())).isEqualTo(preset);
    }
    assertThat(Preset.PAPER_DATA.key()).isEqualTo("paper-data");
    assertThat(Preset.PAPER_TASK.key()).isEqualTo("paper-task");
    rejects(() -> Preset.of("papre"), "'papre'", "paper-data, paper-task");
  }

  @Test
  void paperDataIsAsPublished() {
    assertThat(MixtureConfig.of(Preset.PAPER_DATA, 5))
        .isEqualTo(
            new MixtureConfig(
                new Specialisation.Regimes(12, 3),
                5,
                new GateConfig(List.of(256, 128), 2e-3, 0, 256, 0.8),
                0.002,
                1000));
  }

  @Test
  void paperTaskIsAsPublished() {
    assertThat(MixtureConfig.of(Preset.PAPER_TASK, 5).withEvaluationWindow(50))
        .isEqualTo(
            new MixtureConfig(
                new Specialisation.Classes(),
                5,
                new GateConfig(List.of(256, 128), 2e-3, 0.2, 1, 0.8),
                0.002,
                50));
  }

  @Test
  void rejectsValuesOutOfRangeByName() {
    List<Integer> hidden = List.of(4);
    rejects(() -> new Specialisation.Regimes(0, 1), "experts", "0");
    rejects(() -> new Specialisation.Regimes(3, 4), "topK", "4");
    rejects(() -> new Specialisation.Regimes(3, 0), "topK", "0");
    rejects(() -> new GateConfig(List.of(), 1, 0, 1, 1), "hidden");
    rejects(() -> new GateConfig(List.of(4, 0), 1, 0, 1, 1), "hidden", "0");
    rejects(() -> new GateConfig(hidden, 0, 0, 1, 1), "learningRate", "0");
    rejects(() -> new GateConfig(hidden, Double.NaN, 0, 1, 1), "learningRate", "NaN");
    rejects(() -> new GateConfig(hidden, 1, 1, 1, 1), "dropout", "1");
    rejects(() -> new GateConfig(hidden, 1, 0, 0, 1), "batchSize", "0");
    rejects(() -> new GateConfig(hidden, 1, 0, 1, 0), "temperature", "0");
    MixtureConfig good = MixtureConfig.of(Preset.PAPER_DATA, 1);
    rejects(() -> new MixtureConfig(good.specialisation(), 1, good.gate(), 1, 10), "detectorDelta");
    rejects(() -> good.withEvaluationWindow(0), "evaluationWindow", "0");
  }

  private static void rejects(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }
}
