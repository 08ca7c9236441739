// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackendTrialTest {
  private static final NetworkShape SHAPE =
      new NetworkShape(List.of(3, 5, 2), Loss.MIXTURE, 7, true);

  /** Keeps the calls it gets. */
  private static final class Recording implements NetworkBackend {
    final List<List<TrainingStep>> calls = new ArrayList<>();

    @Override
    public String name() {
      return "recording";
    }

    @Override
    public void forward(List<ForwardPass> passes) {
      throw new AssertionError("only steps are measured");
    }

    @Override
    public void step(List<TrainingStep> steps) {
      calls.add(steps);
    }

    @Override
    public DeviceUse used() {
      return new DeviceUse(calls.size(), 0, 0, 0);
    }
  }

  @Test
  void warmsUpThenMeasuresCallsOfTheWholeStack() {
    Recording backend = new Recording();

    BackendTrial.Result result = new BackendTrial(SHAPE, 4).run(backend, Duration.ZERO);

    assertThat(result.calls()).isEqualTo(3);
    assertThat(backend.calls).hasSizeBetween(2 * 3, 20 * 3);
    assertThat(result.used().launches()).isEqualTo(3);
    assertThat(result.backend()).isEqualTo("recording");
    assertThat(result.stepsPerSecond()).isEqualTo(4 / result.secondsPerCall());
    for (List<TrainingStep> call : backend.calls) {
      Stack.checkSteps(call);
      assertThat(call).hasSize(4).allMatch(step -> step.shape().equals(SHAPE));
    }
  }

  @Test
  void theReferenceLearnsInATrial() {
    BackendTrial.Result result =
        new BackendTrial(SHAPE, 2).run(new ReferenceBackend(), Duration.ofMillis(1));

    assertThat(result.calls()).isGreaterThanOrEqualTo(3);
    assertThat(result.stepsPerSecond()).isPositive();
    assertThat(result.used()).isEqualTo(DeviceUse.NONE);
  }

  @Test
  void refusesAnEmptyStack() {
    assertThatThrownBy(() -> new BackendTrial(SHAPE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("stacked must be at least 1, got 0");
  }

  @Test
  void countsTheOperationsOfTheProducts() {
    // forward and weights of both layers, back through the second: rows 7, each 2 operations
    assertThat(SHAPE.operations()).isEqualTo(2 * 7 * (2 * 15 + 3 * 10));
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> NetworkBackends.open("cuda", null))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("network back end cuda");
  }
}
