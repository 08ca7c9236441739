// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FastestBackendTest {
  private static final NetworkShape SHAPE =
      new NetworkShape(List.of(3, 5, 2), Loss.MIXTURE, 7, true);
  private static final NetworkShape OTHER = new NetworkShape(List.of(3, 2), Loss.MIXTURE, 7, false);

  /** A host that takes 3 ms for a network, and less for the other shape. */
  private static final FastestBackend.Candidate HOST =
      timed("host", false, (shape, networks) -> shape.equals(SHAPE) ? 3_000 : 10);

  /** How long a call takes. */
  private interface Micros {
    long of(NetworkShape shape, int networks);
  }

  /** Is said to take its time; computes nothing. */
  private record Timed(String name, Micros micros) implements NetworkBackend {

    @Override
    public void forward(List<ForwardPass> passes) {
      throw new AssertionError("only steps are measured");
    }

    @Override
    public void step(List<TrainingStep> steps) {
      throw new AssertionError("the test says how long they take");
    }
  }

  private static FastestBackend.Candidate timed(String name, boolean gathers, Micros micros) {
    return new FastestBackend.Candidate(name, gathers, () -> new Timed(name, micros));
  }

  private static FastestBackend find(
      List<FastestBackend.Candidate> candidates,
      List<NetworkShape> shapes,
      int threads,
      int stacked) {
    return FastestBackend.find(
        candidates,
        shapes,
        threads,
        stacked,
        (backend, shape, networks) -> {
          double seconds = ((Timed) backend).micros.of(shape, networks) / 1e6;
          return new BackendTrial.Result(
              backend.name(), networks, 1, seconds, seconds, backend.used());
        });
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
        find(
            List.of(HOST, timed("device", true, (shape, networks) -> 20_000)),
            List.of(SHAPE, OTHER),
            1,
            64);

    assertThat(found.name()).isEqualTo("device");
    assertThat(found.host()).isEqualTo("host");
    assertThat(found.leastStacks()).isEqualTo(Map.of(SHAPE, 16));
    assertThat(found.measurements()).contains("64 in a call", "16 in a call", "4 in a call");
  }

  @Test
  void aDeviceThatIsNeverFasterIsTriedOnce() {
    FastestBackend found =
        find(
            List.of(HOST, timed("device", true, (shape, networks) -> 40_000)),
            List.of(SHAPE),
            1,
            4);

    assertThat(found.name()).isEqualTo("host");
    assertThat(found.leastStacks()).isEmpty();
    assertThat(found.measurements()).containsOnlyOnce("device ");
  }

  @Test
  void subtasksBesideEachOtherCountAgainstTheDevice() {
    List<FastestBackend.Candidate> both =
        List.of(HOST, timed("device", true, (shape, networks) -> 1_500L * networks));

    assertThat(find(both, List.of(SHAPE), 1, 4).name()).isEqualTo("device");
    assertThat(find(both, List.of(SHAPE), 1, 4).leastStacks().get(SHAPE))
        .as("no stack is too small")
        .isEqualTo(1);
    assertThat(find(both, List.of(SHAPE), 4, 4).name()).isEqualTo("host");
  }

  @Test
  void whatCannotBeOpenedIsSaid() {
    FastestBackend found =
        find(
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
