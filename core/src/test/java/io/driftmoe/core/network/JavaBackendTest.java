// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JavaBackendTest {
  private static final double EPSILON = 1e-6;

  /** Sizes, rows and dropout of one case, with random contents; far from every ReLU's kink. */
  private static final class Case {
    final Mlp mlp;
    final float[] inputs;
    final float[] dropout;
    final float[] targets;
    final int rows;

    private Case(long seed, int[] sizes, int rows, double rate) {
      SplitMix64 random = new SplitMix64(seed);
      this.mlp = Mlp.xavier(random.nextLong(), sizes);
      this.rows = rows;
      this.inputs = new float[rows * mlp.inputs()];
      this.targets = new float[rows * mlp.outputs()];
      this.dropout = rate == 0 ? null : new float[rows * mlp.size(1)];
      for (int i = 0; i < mlp.parameters().length; i++) {
        mlp.parameters()[i] += 0.1f * random.nextFloat() - 0.05f;
      }
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = random.nextDouble() < 0.2 ? 0 : 4 * random.nextFloat() - 2;
      }
      for (int i = 0; i < targets.length; i++) {
        targets[i] = random.nextDouble() < 0.4 ? 1 : 0;
      }
      for (int i = 0; rate > 0 && i < dropout.length; i++) {
        dropout[i] = random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
      }
    }

    static Case of(String sizes, int rows, double rate) {
      int[] shape = Arrays.stream(sizes.split("-")).mapToInt(Integer::parseInt).toArray();
      for (long seed = 1; ; seed++) {
        Case drawn = new Case(seed, shape, rows, rate);
        ReferenceMlp reference = new ReferenceMlp(drawn.mlp);
        reference.loss(drawn.inputs, drawn.dropout, drawn.targets, rows);
        if (reference.kinkDistance > 20 * EPSILON) {
          return drawn;
        }
      }
    }
  }

  // Rows below, at and above the block size; layers below and above one vector.
  @ParameterizedTest
  @CsvSource({
    "3-7-5-2, 1, 0",
    "1-1-1-1, 2, 0",
    "4-6-3, 5, 0.2",
    "8-33-17-12, 31, 0",
    "8-33-17-12, 32, 0.2",
    "5-20-11-4, 33, 0.2",
    "2-9-8-7-3, 70, 0.5",
    "8-256-128-12, 3, 0",
    "8-256-128-2, 1, 0.2"
  })
  void gradientsEqualCentralDifferences(String sizes, int rows, double rate) {
    Case c = Case.of(sizes, rows, rate);
    ReferenceMlp reference = new ReferenceMlp(c.mlp);
    float[] gradients =
        new JavaBackend(c.mlp).gradients(c.mlp, Loss.BINARY, c.inputs, c.dropout, c.targets, rows);

    // In small networks every parameter, in large ones a sample that reaches all layers.
    int stride = Math.max(1, gradients.length / 1500);
    double largest = 0;
    for (int i = 0; i < gradients.length; i += stride) {
      double value = reference.parameters[i];
      reference.parameters[i] = value + EPSILON;
      double above = reference.loss(c.inputs, c.dropout, c.targets, rows);
      reference.parameters[i] = value - EPSILON;
      double below = reference.loss(c.inputs, c.dropout, c.targets, rows);
      reference.parameters[i] = value;
      double expected = (above - below) / (2 * EPSILON);
      assertThat((double) gradients[i])
          .as("gradient of parameter %d", i)
          .isCloseTo(expected, within(1e-7 + 1e-5 * Math.abs(expected)));
      largest = Math.max(largest, Math.abs(expected));
    }
    assertThat(largest).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @CsvSource({"3-7-5-2, 1, 0", "8-33-17-12, 70, 0.2", "8-256-128-12, 33, 0"})
  void forwardEqualsTheReference(String sizes, int rows, double rate) {
    Case c = Case.of(sizes, rows, rate);
    float[] logits = new float[rows * c.mlp.outputs()];
    new JavaBackend(c.mlp).forward(c.mlp, c.inputs, c.dropout, rows, logits);
    ReferenceMlp reference = new ReferenceMlp(c.mlp);
    for (int r = 0; r < rows; r++) {
      double[] expected = reference.forward(c.inputs, c.dropout, r);
      for (int o = 0; o < expected.length; o++) {
        assertThat((double) logits[r * expected.length + o])
            .isCloseTo(expected[o], within(1e-5 * (1 + Math.abs(expected[o]))));
      }
    }
  }

  @Test
  void aRowsLogitsDoNotDependOnTheRowsAroundIt() {
    Case c = Case.of("8-33-17-12", 70, 0.2);
    JavaBackend backend = new JavaBackend(c.mlp);
    float[] all = new float[70 * 12];
    backend.forward(c.mlp, c.inputs, c.dropout, 70, all);
    for (int r = 0; r < 70; r++) {
      float[] one = new float[12];
      backend.forward(
          c.mlp,
          Arrays.copyOfRange(c.inputs, r * 8, r * 8 + 8),
          Arrays.copyOfRange(c.dropout, r * 33, r * 33 + 33),
          1,
          one);
      assertThat(one).containsExactly(Arrays.copyOfRange(all, r * 12, r * 12 + 12));
    }
  }

  @Test
  void stepsLowerTheLoss() {
    Case c = Case.of("8-33-17-4", 40, 0);
    JavaBackend backend = new JavaBackend(c.mlp);
    double before = new ReferenceMlp(c.mlp).loss(c.inputs, null, c.targets, 40);
    for (int i = 0; i < 200; i++) {
      backend.step(c.mlp, Loss.BINARY, c.inputs, null, c.targets, 40, 2e-3);
    }
    double after = new ReferenceMlp(c.mlp).loss(c.inputs, null, c.targets, 40);
    assertThat(after).isLessThan(before / 4);
    assertThat(c.mlp.steps()).isEqualTo(200);
  }

  @Test
  void extremeLogitsStayFinite() {
    Mlp mlp = Mlp.xavier(1, 2, 3, 2);
    float[] inputs = {1e12f, -1e12f};
    float[] targets = {1, 0};
    JavaBackend backend = new JavaBackend(mlp);
    for (int i = 0; i < 50; i++) {
      backend.step(mlp, Loss.BINARY, inputs, null, targets, 1, 2e-3);
    }
    for (float parameter : mlp.parameters()) {
      assertThat(parameter).isFinite();
    }
  }
}
