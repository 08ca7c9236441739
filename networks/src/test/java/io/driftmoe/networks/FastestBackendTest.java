// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

final class FastestBackendTest {
  private static final NetworkShape SHAPE =
      new NetworkShape(List.of(3, 5, 2), Loss.MIXTURE, 7, true);
  private static final NetworkShape OTHER = new NetworkShape(List.of(3, 2), Loss.MIXTURE, 7, false);

  /** A host that takes 3 ms for a network, and less for the other shape. */
  private static final FastestBackend.Candidate HOST =
      busy("host", false, steps -> steps.get(0).shape().equals(SHAPE) ? 3_000 : 10);

  /** Takes its time; learns nothing. */
  private record Busy(String name, ToLongFunction<List<TrainingStep>> micros)
      implements NetworkBackend {

    @Override
    public void forward(List<ForwardPass> passes) {
      throw new AssertionError("only steps are measured");
    }

    @Override
    public void step(List<TrainingStep> steps) {
      long end = System.nanoTime() + 1_000 * micros.applyAsLong(steps);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  private static FastestBackend.Candidate busy(
      String name, boolean gathers, ToLongFunction<List<TrainingStep>> micros) {
    return new FastestBackend.Candidate(name, gathers, () -> new Busy(name, micros));
  }

  @Test
  void javaIsFastestWhereThereIsNothingElse() {
    FastestBackend found = FastestBackend.find(List.of(SHAPE), 1, 4, null);

    assertThat(found.name()).isEqualTo("java");
    assertThat(found.measurements())
        .contains(
            "1 subtasks beside each other",
            "java ",
            "steps/s (3-5-2 x 7, mixture, dropout, 1 in a call)")
        .as("no module on the class path provides another")
        .doesNotContain("simd", "opencl");
  }

  @Test
  void aDeviceIsGivenTheStacksThatPay() {
    // a call takes 20 ms: less than 16 networks on the host, more than 4
    FastestBackend found =
        FastestBackend.find(
            List.of(HOST, busy("device", true, steps -> 20_000)), List.of(SHAPE, OTHER), 1, 64);

    assertThat(found.name()).isEqualTo("device");
    assertThat(found.host()).isEqualTo("host");
    assertThat(found.leastStacks()).isEqualTo(Map.of(SHAPE, 16));
    assertThat(found.measurements()).contains("64 in a call", "16 in a call", "4 in a call");
  }

  @Test
  void aDeviceThatIsNeverFasterIsTriedOnce() {
    FastestBackend found =
        FastestBackend.find(
            List.of(HOST, busy("device", true, steps -> 40_000)), List.of(SHAPE), 1, 4);

    assertThat(found.name()).isEqualTo("host");
    assertThat(found.leastStacks()).isEmpty();
    assertThat(found.measurements()).doesNotContain("device 1");
  }

  @Test
  void subtasksBesideEachOtherCountAgainstTheDevice() {
    List<FastestBackend.Candidate> both =
        List.of(HOST, busy("device", true, steps -> 1_500L * steps.size()));

    assertThat(FastestBackend.find(both, List.of(SHAPE), 1, 4).name()).isEqualTo("device");
    assertThat(FastestBackend.find(both, List.of(SHAPE), 1, 4).leastStacks().get(SHAPE))
        .as("no stack is too small")
        .isEqualTo(1);
    assertThat(FastestBackend.find(both, List.of(SHAPE), 4, 4).name()).isEqualTo("host");
  }

  @Test
  void whatCannotBeOpenedIsSaid() {
    FastestBackend found =
        FastestBackend.find(
            List.of(
                HOST,
                new FastestBackend.Candidate(
                    "device",
                    true,
                    () -> {
                      throw new BackendUnavailableException("no driver");
                    })),
            List.of(SHAPE),
            1,
            4);

    assertThat(found.name()).isEqualTo("host");
    assertThat(found.measurements()).endsWith("no driver");
  }
}
