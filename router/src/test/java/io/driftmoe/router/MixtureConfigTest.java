// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class MixtureConfigTest {

  private static final Replacement NO_REPLACEMENT = new Replacement.Never();
  private static final Sleeping AWAKE = new Sleeping.Never();

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
                Division.Data.alike(12, MoaHoeffdingTreeFactory.paper(), 3),
                5,
                List.of(paper(0, 256)),
                NO_REPLACEMENT,
                AWAKE,
                0.002,
                1000));
  }

  @Test
  void paperTaskIsAsPublished() {
    assertThat(MixtureConfig.of(Preset.PAPER_TASK, 5).withEvaluationWindow(50))
        .isEqualTo(
            new MixtureConfig(
                new Division.Task(MoaHoeffdingTreeFactory.paper()),
                5,
                List.of(paper(0.2, 1)),
                NO_REPLACEMENT,
                AWAKE,
                0.002,
                50));
  }

  @Test
  void rejectsValuesOutOfRangeByName() {
    List<Integer> hidden = List.of(4);
    MoaHoeffdingTreeFactory tree = MoaHoeffdingTreeFactory.paper();
    rejects(() -> new Division.Data(List.of(), 1, new Combination.Soft()), "experts");
    rejects(() -> new Combination.TopK(0), "experts", "0");
    rejects(() -> new LifecycleConfig(99, 0, 1), "window", "99");
    rejects(() -> new LifecycleConfig(100, -1, 1), "minShare", "-1");
    rejects(() -> new LifecycleConfig(100, 0, 2), "maxAgreement", "2");
    rejects(() -> Division.Data.alike(0, tree, 1), "experts", "0");
    rejects(() -> Division.Data.alike(3, tree, 4), "topK", "4");
    rejects(() -> Division.Data.alike(3, tree, 0), "topK", "0");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, List.of(), 1, 0, 1, 1), "hidden");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, List.of(4, 0), 1, 0, 1, 1), "hidden", "0");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, hidden, 0, 0, 1, 1), "learningRate", "0");
    rejects(
        () -> new NetworkConfig(InputEncoding.RAW, hidden, Double.NaN, 0, 1, 1),
        "learningRate",
        "NaN");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, hidden, 1, 1, 1, 1), "dropout", "1");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, hidden, 1, 0, 0, 1), "batchSize", "0");
    rejects(() -> new NetworkConfig(InputEncoding.RAW, hidden, 1, 0, 1, 0), "temperature", "0");
    MixtureConfig good = MixtureConfig.of(Preset.PAPER_DATA, 1);
    rejects(
        () -> new MixtureConfig(good.division(), 1, good.gates(), NO_REPLACEMENT, AWAKE, 1, 10),
        "detectorDelta");
    rejects(
        () -> new MixtureConfig(good.division(), 1, List.of(), NO_REPLACEMENT, AWAKE, 0.1, 10),
        "gates");
    rejects(
        () ->
            new MixtureConfig(
                new Division.Task(tree),
                1,
                good.gates(),
                new Replacement.Windows(LifecycleConfig.defaults()),
                AWAKE,
                0.1,
                10),
        "lifecycle must be never where experts are classes");
    rejects(
        () ->
            new MixtureConfig(
                new Division.Task(tree),
                1,
                List.of(new FixedShareGateFactory(FixedShareConfig.defaults())),
                NO_REPLACEMENT,
                AWAKE,
                0.1,
                10),
        "gates",
        "mlp-bce",
        "FixedShare");
    rejects(
        () ->
            new MixtureConfig(
                good.division(),
                1,
                good.gates(),
                NO_REPLACEMENT,
                new Sleeping.ByGain(AttendanceConfig.defaults()),
                0.1,
                10),
        "attendance must be never where a gate is mlp-bce");
    rejects(
        () -> new AttendanceConfig(-1, 1, 1, 1, 0), "trial must be from 0 to 1000000000, got -1");
    rejects(
        () -> new AttendanceConfig(0, 0, 1, 1, 0), "period must be from 1 to 1000000000, got 0");
    rejects(
        () -> new AttendanceConfig(0, 1, 0, 1, 0), "memory must be from 1 to 1000000000, got 0");
    for (double probe : new double[] {0, 1.5, Double.NaN}) {
      rejects(
          () -> new AttendanceConfig(0, 1, 1, probe, 0),
          "probe must be above 0 and at most 1, got " + probe);
    }
    for (double gain : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      rejects(
          () -> new AttendanceConfig(0, 1, 1, 1, gain),
          "leastGain must be at least 0 and finite, got " + gain);
    }
    rejects(
        () -> new SpecialistTrials(0, 1, 20, 20, 0), "first must be from 1 to 1000000000, got 0");
    rejects(
        () -> new SpecialistTrials(1, 0, 20, 20, 0), "again must be from 1 to 1000000000, got 0");
    for (double evidence : new double[] {1, Double.NaN, Double.POSITIVE_INFINITY}) {
      rejects(
          () -> new SpecialistTrials(1, 1, evidence, 20, 0),
          "against must be above 1 and finite, got " + evidence);
      rejects(
          () -> new SpecialistTrials(1, 1, 20, evidence, 0),
          "inFavour must be above 1 and finite, got " + evidence);
    }
    for (int halvings : new int[] {-1, 21}) {
      rejects(
          () -> new SpecialistTrials(1, 1, 20, 20, halvings),
          "halvings must be from 0 to 20, got " + halvings);
    }
    rejects(
        () -> new NetworkConfig(InputEncoding.RAW, hidden, 1.5, 0, 1, 1), "learningRate", "1.5");
    rejects(() -> good.withEvaluationWindow(0), "evaluationWindow", "0");
  }

  private static GateFactory paper(double dropout, int batchSize) {
    return new MaskGateFactory(
        new NetworkConfig(InputEncoding.RAW, List.of(256, 128), 2e-3, dropout, batchSize, 0.8));
  }

  private static void rejects(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }
}
