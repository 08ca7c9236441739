// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Of {@link Loss#MIXTURE} where components took no part; {@link NetworkArithmeticTest} has the
 * rest.
 */
final class LossGradientTest {
  private static final float ABSENT = Float.NaN;

  private final SplitMix64 random = new SplitMix64(5);

  private static float[] gradient(float[] logits, float[] targets, int at, int rows) {
    float[] delta = new float[logits.length];
    Arrays.fill(delta, 99);
    new LossGradient(logits.length)
        .compute(Loss.MIXTURE, logits.clone(), targets.clone(), at, rows, delta);
    return delta;
  }

  private float[] logits(int count) {
    float[] logits = new float[count];
    for (int o = 0; o < count; o++) {
      logits[o] = (float) (8 * random.nextDouble() - 4);
    }
    return logits;
  }

  /** At least one takes part. */
  private float[] targets(int count) {
    float[] targets = new float[count];
    for (int o = 0; o < count; o++) {
      boolean present = o == count / 2 || random.nextDouble() < 0.6;
      targets[o] = present ? (float) (0.05 + 0.9 * random.nextDouble()) : ABSENT;
    }
    return targets;
  }

  private static double[] softmax(double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  /** Minus ln of the sum of target * softmax, normalised, of those that took part. */
  private static double loss(double[] logits, float[] targets) {
    double[] softmax = softmax(logits);
    double mass = 0;
    double likelihood = 0;
    for (int o = 0; o < softmax.length; o++) {
      if (!Float.isNaN(targets[o])) {
        mass += softmax[o];
        likelihood += softmax[o] * targets[o];
      }
    }
    return -Math.log(likelihood / mass);
  }

  @Test
  void absentComponentsDoNotMoveAndTheOthersMoveAgainstEachOther() {
    for (int i = 0; i < 500; i++) {
      int count = 2 + i % 7;
      float[] targets = targets(count);
      float[] gradient = gradient(logits(count), targets, 0, 1);
      double sum = 0;
      for (int o = 0; o < count; o++) {
        sum += gradient[o];
        if (Float.isNaN(targets[o])) {
          assertThat(gradient[o]).isZero();
        }
      }
      assertThat(sum).isCloseTo(0, within(1e-6));
    }
  }

  /** The derivative of the loss, times the softmax of those that took part. */
  @Test
  void equalsTheNumericDerivative() {
    double step = 1e-5;
    for (int i = 0; i < 300; i++) {
      int count = 2 + i % 7;
      int rows = 1 + i % 3;
      float[] logits = logits(count);
      float[] targets = targets(count);
      float[] batch = new float[rows * count];
      int at = (rows - 1) * count;
      System.arraycopy(targets, 0, batch, at, count);
      float[] gradient = gradient(logits, batch, at, rows);
      double[] softmax = softmax(doubles(logits));
      double present = 0;
      for (int o = 0; o < count; o++) {
        present += Float.isNaN(targets[o]) ? 0 : softmax[o];
      }
      for (int o = 0; o < count; o++) {
        double[] above = doubles(logits);
        double[] below = doubles(logits);
        above[o] += step;
        below[o] -= step;
        double slope = (loss(above, targets) - loss(below, targets)) / (2 * step);
        assertThat((double) gradient[o]).isCloseTo(present * slope / rows, within(1e-6));
      }
    }
  }

  /** Bit for bit what it was before components could be absent. */
  @Test
  void isTheFullGradientWhereNobodyIsAbsent() {
    for (int i = 0; i < 300; i++) {
      int count = 2 + i % 7;
      float[] logits = logits(count);
      float[] targets = new float[count];
      for (int o = 0; o < count; o++) {
        targets[o] = (float) random.nextDouble();
      }
      double[] softmax = doubles(logits);
      Softmax.apply(softmax);
      double likelihood = 0;
      for (int o = 0; o < count; o++) {
        likelihood += softmax[o] * targets[o];
      }
      float[] expected = new float[count];
      for (int o = 0; o < count; o++) {
        expected[o] = (float) (softmax[o] - softmax[o] * targets[o] / likelihood);
      }
      assertThat(gradient(logits, targets, 0, 1)).containsExactly(expected);
    }
  }

  @Test
  void whereNobodyTookPartNothingMoves() {
    assertThat(gradient(new float[] {1, -2, 3}, new float[] {ABSENT, ABSENT, ABSENT}, 0, 1))
        .containsOnly(0);
  }

  /** All the softmax is with one that is absent. */
  @Test
  void staysFiniteWhereThosePresentHaveNoWeight() {
    float[] gradient =
        gradient(new float[] {500, -500, -501}, new float[] {ABSENT, 0.9f, 0.1f}, 0, 1);
    assertThat(gradient).containsExactly(new float[] {0, 0, 0}, within(1e-12f));
  }
}
