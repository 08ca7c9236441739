// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.TrainingStep;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors change no result: not close to plain Java's, equal. */
final class SimdBackendTest {
  private static final int STEPS = 100;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final NetworkBackend simd = Opened.backend();
  private final NetworkBackend reference = new ReferenceBackend();

  @Test
  void nameIsThatOfTheConfiguration() {
    assertThat(simd.name()).isEqualTo("simd");
  }

  // Rows below and above tiles and blocks, layers below and above vectors and groups of them.
  @ParameterizedTest
  @CsvSource({
    "24-256-128-12, 1",
    "24-256-128-12, 2",
    "24-256-128-12, 3",
    "8-33-17-12, 65",
    "8-257-129-2, 1",
    "8-257-129-2, 130",
    "1-1-1, 1",
    "1-1-1, 63",
    "3-1-3-1-3, 4",
    "1021-3, 5",
    "1021-3, 1",
    "16-32-16-48, 64",
    "16-32-16-48, 1",
    "2-150-40-3, 7",
    "2-150-40-3, 1"
  })
  void everyBitThatMattersEqualsTheReference(String sizes, int rows) {
    equalsTheReference(sizes, rows);
  }

  @Test
  @Tag("slow")
  void everyBitThatMattersEqualsTheReferenceInALargeMiniBatch() {
    equalsTheReference("24-256-128-12", 256);
  }

  private void equalsTheReference(String sizes, int rows) {
    int[] shape = Stream.of(sizes.split("-")).mapToInt(Integer::parseInt).toArray();
    for (Loss loss : Loss.values()) {
      train(shape, rows, loss, false);
      train(shape, rows, loss, true);
    }
  }

  /**
   * A vector that the compiler makes an object of would cost thousands of bytes a call, and most of
   * the time. Compiling takes a while, hence the many tries.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 256})
  void vectorsAreNeverObjects(int rows) {
    Mlp network = Mlp.xavier(4, 24, 256, 128, 12);
    List<TrainingStep> steps =
        List.of(
            new TrainingStep(
                network,
                Loss.BINARY,
                new float[rows * 24],
                new float[rows * 256],
                new float[rows * 12],
                rows,
                2e-3));
    List<ForwardPass> passes =
        List.of(
            new ForwardPass(
                network, new float[rows * 24], new float[rows * 256], rows, new float[rows * 12]));
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < 500 && allocated > 100 * 200; tries++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        simd.step(steps);
        simd.forward(passes);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).as("bytes for 100 steps and passes").isLessThanOrEqualTo(100 * 200);
  }

  private void train(int[] shape, int rows, Loss loss, boolean dropout) {
    Mlp actual = Mlp.xavier(3, shape);
    Mlp expected = Mlp.xavier(3, shape);
    SplitMix64 random = new SplitMix64(rows);
    for (int s = 0; s < STEPS; s++) {
      float[] inputs = new float[rows * actual.inputs()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = random.nextDouble() < 0.3 ? 0 : 4 * random.nextFloat() - 2;
      }
      float[] targets = new float[rows * actual.outputs()];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = i % actual.outputs() == 0 || random.nextDouble() < 0.5 ? 1 : 0;
      }
      float[] multipliers = dropout ? new float[rows * actual.size(1)] : null;
      for (int i = 0; dropout && i < multipliers.length; i++) {
        multipliers[i] = random.nextDouble() < 0.2 ? 0 : 1.25f;
      }
      assertEqual(
          logits(simd, actual, inputs, multipliers, rows),
          logits(reference, expected, inputs, multipliers, rows));
      simd.step(List.of(new TrainingStep(actual, loss, inputs, multipliers, targets, rows, 2e-3)));
      reference.step(
          List.of(new TrainingStep(expected, loss, inputs, multipliers, targets, rows, 2e-3)));
    }
    assertEqual(actual.parameters(), expected.parameters());
    assertEqual(actual.firstMoments(), expected.firstMoments());
    assertEqual(actual.secondMoments(), expected.secondMoments());
    assertThat(actual.steps()).isEqualTo(STEPS);
  }

  private static float[] logits(
      NetworkBackend backend, Mlp network, float[] inputs, float[] dropout, int rows) {
    float[] logits = new float[rows * network.outputs()];
    backend.forward(List.of(new ForwardPass(network, inputs, dropout, rows, logits)));
    return logits;
  }

  /** As numbers: 0 equals -0, and NaN nothing, not even itself. */
  private static void assertEqual(float[] actual, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (actual[i] != expected[i]) {
        fail("value %s is %s, expected %s", i, actual[i], expected[i]);
      }
    }
  }
}
