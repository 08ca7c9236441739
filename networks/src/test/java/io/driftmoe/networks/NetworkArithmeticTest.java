// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class NetworkArithmeticTest {
  private static final double EPSILON = 1e-6;

  /** Sizes, rows and dropout of one case, with random contents; far from every ReLU's kink. */
  private static final class Case {
    final Mlp mlp;
    final float[] inputs;
    final float[] dropout;
    final float[] targets;
    final int rows;

    private Case(long seed, int[] sizes, int rows, double rate, Loss loss) {
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
        float certain = random.nextDouble() < 0.4 ? 1 : 0;
        float uncertain = 3 * random.nextFloat() * (i % mlp.outputs() == 0 ? 1 : certain);
        targets[i] = loss == Loss.BINARY ? certain : uncertain;
      }
      for (int i = 0; rate > 0 && i < dropout.length; i++) {
        dropout[i] = random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
      }
    }

    static Case of(String sizes, int rows, double rate) {
      return of(sizes, rows, rate, Loss.BINARY);
    }

    /** Targets of the softmax are any numbers from 0 to 3, so that rows have unlike weights. */
    static Case of(String sizes, int rows, double rate, Loss loss) {
      int[] shape = Arrays.stream(sizes.split("-")).mapToInt(Integer::parseInt).toArray();
      for (long seed = 1; ; seed++) {
        Case drawn = new Case(seed, shape, rows, rate, loss);
        ReferenceMlp reference = new ReferenceMlp(drawn.mlp);
        reference.loss(loss, drawn.inputs, drawn.dropout, drawn.targets, rows);
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
    for (Loss loss : Loss.values()) {
      gradientsEqualCentralDifferences(Case.of(sizes, rows, rate, loss), loss);
    }
  }

  private static void gradientsEqualCentralDifferences(Case c, Loss loss) {
    int rows = c.rows;
    ReferenceMlp reference = new ReferenceMlp(c.mlp);
    float[] gradients =
        new NetworkArithmetic(c.mlp).gradients(c.mlp, loss, c.inputs, c.dropout, c.targets, rows);

    // In small networks every parameter, in large ones a sample that reaches all layers.
    int stride = Math.max(1, gradients.length / 1500);
    double largest = 0;
    for (int i = 0; i < gradients.length; i += stride) {
      double value = reference.parameters[i];
      reference.parameters[i] = value + EPSILON;
      double above = reference.loss(loss, c.inputs, c.dropout, c.targets, rows);
      reference.parameters[i] = value - EPSILON;
      double below = reference.loss(loss, c.inputs, c.dropout, c.targets, rows);
      reference.parameters[i] = value;
      double expected = (above - below) / (2 * EPSILON);
      assertThat((double) gradients[i])
          .as("gradient of %s by parameter %s", loss, i)
          .isCloseTo(expected, within(1e-7 + 1e-5 * Math.abs(expected)));
      largest = Math.max(largest, Math.abs(expected));
    }
    // The softmax of a single output is 1 whatever the parameters.
    boolean flat = loss != Loss.BINARY && c.mlp.outputs() == 1;
    assertThat(largest > 1e-3).isEqualTo(!flat);
  }

  @ParameterizedTest
  @CsvSource({"3-7-5-2, 1, 0", "8-33-17-12, 70, 0.2", "8-256-128-12, 33, 0"})
  void forwardEqualsTheReference(String sizes, int rows, double rate) {
    Case c = Case.of(sizes, rows, rate);
    float[] logits = new float[rows * c.mlp.outputs()];
    new NetworkArithmetic(c.mlp).forward(c.mlp, c.inputs, c.dropout, rows, logits);
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
    NetworkArithmetic backend = new NetworkArithmetic(c.mlp);
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
  void seesTheStepsAnotherBackEndTookAndOtherNetworks() {
    Case c = Case.of("8-33-17-12", 70, 0);
    Mlp other = Mlp.xavier(99, 8, 33, 17, 12);
    NetworkArithmetic backend = new NetworkArithmetic(c.mlp);
    float[] before = logits(backend, c.mlp, c);
    new NetworkArithmetic(c.mlp).step(c.mlp, Loss.BINARY, c.inputs, null, c.targets, 70, 2e-3);
    assertThat(logits(backend, c.mlp, c))
        .containsExactly(logits(new NetworkArithmetic(c.mlp), c.mlp, c))
        .isNotEqualTo(before);
    assertThat(logits(backend, other, c))
        .containsExactly(logits(new NetworkArithmetic(other), other, c));
  }

  private static float[] logits(NetworkArithmetic backend, Mlp mlp, Case c) {
    float[] logits = new float[c.rows * mlp.outputs()];
    backend.forward(mlp, c.inputs, null, c.rows, logits);
    return logits;
  }

  @ParameterizedTest
  @EnumSource
  void stepsLowerTheLoss(Loss loss) {
    Case c = Case.of("8-33-17-4", 40, 0, loss);
    NetworkArithmetic backend = new NetworkArithmetic(c.mlp);
    double before = new ReferenceMlp(c.mlp).loss(loss, c.inputs, null, c.targets, 40);
    for (int i = 0; i < 200; i++) {
      backend.step(c.mlp, loss, c.inputs, null, c.targets, 40, 2e-3);
    }
    double after = new ReferenceMlp(c.mlp).loss(loss, c.inputs, null, c.targets, 40);
    // Several positive targets in a row leave entropy that no softmax can predict away.
    assertThat(after)
        .isLessThan(
            switch (loss) {
              case BINARY -> before / 4;
              case SOFTMAX -> before * 0.7;
              case MIXTURE -> before - 0.3; // may be negative: likelihoods here reach 3
            });
    assertThat(c.mlp.steps()).isEqualTo(200);
  }

  @Test
  void softmaxGradientGrowsWithTheWeightOfTheRow() {
    Mlp mlp = Mlp.xavier(1, 3, 5, 4);
    NetworkArithmetic backend = new NetworkArithmetic(mlp);
    float[] inputs = {0.5f, -1, 2};
    float[] one = backend.gradients(mlp, Loss.SOFTMAX, inputs, null, oneHot(1), 1).clone();
    float[] four = backend.gradients(mlp, Loss.SOFTMAX, inputs, null, oneHot(4), 1).clone();
    float[] none = backend.gradients(mlp, Loss.SOFTMAX, inputs, null, oneHot(0), 1).clone();
    for (int i = 0; i < one.length; i++) {
      assertThat(four[i]).isCloseTo(4 * one[i], within(1e-6f));
    }
    assertThat(none).containsOnly(0);
  }

  private static float[] oneHot(float weight) {
    return new float[] {0, 0, weight, 0};
  }

  @ParameterizedTest
  @EnumSource
  void extremeLogitsStayFinite(Loss loss) {
    Mlp mlp = Mlp.xavier(1, 2, 3, 2);
    float[] inputs = {1e12f, -1e12f};
    float[] targets = {1, 0};
    NetworkArithmetic backend = new NetworkArithmetic(mlp);
    for (int i = 0; i < 50; i++) {
      backend.step(mlp, loss, inputs, null, targets, 1, 2e-3);
    }
    for (float parameter : mlp.parameters()) {
      assertThat(parameter).isFinite();
    }
  }
}
