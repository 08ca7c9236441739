// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class AdamTest {

  @Test
  void stepsEqualADoublePrecisionReference() {
    Mlp mlp = Mlp.xavier(3, 4, 5, 3);
    int n = mlp.parameters().length;
    double[] p = new double[n];
    double[] m = new double[n];
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      p[i] = mlp.parameters()[i];
    }
    SplitMix64 random = new SplitMix64(4);
    float[] gradients = new float[n];
    for (int t = 1; t <= 20; t++) {
      for (int i = 0; i < n; i++) {
        gradients[i] = (2 * random.nextFloat() - 1) * (i % 3 == 0 ? 1e-6f : 0.5f);
        m[i] = 0.9 * m[i] + 0.1 * gradients[i];
        v[i] = 0.999 * v[i] + 0.001 * gradients[i] * gradients[i];
        double mHat = m[i] / (1 - Math.pow(0.9, t));
        double vHat = v[i] / (1 - Math.pow(0.999, t));
        p[i] -= 2e-3 * mHat / (Math.sqrt(vHat) + 1e-8);
      }
      Adam.update(mlp, gradients, 2e-3);
      for (int i = 0; i < n; i++) {
        assertThat((double) mlp.parameters()[i])
            .as("parameter %s after step %s", i, t)
            .isCloseTo(p[i], within(1e-6));
      }
    }
    assertThat(mlp.steps()).isEqualTo(20);
  }

  @Test
  void biasCorrectionIsExactWhereItIsNotComputed() {
    LongStream.concat(
            LongStream.rangeClosed(1, 1_100), LongStream.of(37_499, 37_500, 40_000, 1L << 40))
        .forEach(
            t -> {
              assertThat(Adam.OF_FIRST.at(t)).isEqualTo(1 - StrictMath.pow(Adam.BETA1, t));
              assertThat(Adam.OF_SECOND.at(t)).isEqualTo(1 - StrictMath.pow(Adam.BETA2, t));
            });
  }

  @Test
  void firstStepMovesEveryParameterByTheLearningRate() {
    Mlp mlp = Mlp.xavier(3, 2, 2, 1);
    float[] before = mlp.parameters().clone();
    float[] gradients = new float[before.length];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = i % 2 == 0 ? 0.3f : -7;
    }
    Adam.update(mlp, gradients, 2e-3);
    for (int i = 0; i < before.length; i++) {
      assertThat(mlp.parameters()[i] - before[i])
          .isCloseTo(i % 2 == 0 ? -2e-3f : 2e-3f, within(1e-6f));
    }
  }

  @Test
  void momentsOfAUnitThatNoLongerLearnsNeverTurnSubnormal() {
    Mlp mlp = Mlp.xavier(3, 2, 2, 1);
    float[] gradients = new float[mlp.parameters().length];
    gradients[0] = 1e-3f;
    Adam.update(mlp, gradients, 2e-3);
    gradients[0] = 0;
    for (int t = 0; t < 2000; t++) {
      Adam.update(mlp, gradients, 2e-3);
      float m = Math.abs(mlp.firstMoments()[0]);
      assertThat(m == 0 || m >= Float.MIN_NORMAL).as("moment %s", m).isTrue();
    }
    assertThat(mlp.firstMoments()[0]).isBetween(0f, 1e-30f);
  }
}
