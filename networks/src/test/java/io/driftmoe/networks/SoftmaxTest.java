// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import org.junit.jupiter.api.Test;

final class SoftmaxTest {

  @Test
  void exponentialIsWithinRoundingOfStrictMath() {
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 200_000; i++) {
      double x = -(i % 2 == 0 ? 700 : 1) * random.nextDouble();
      double expected = StrictMath.exp(x);
      assertThat(Math.abs(Exponential.ofNegative(x) - expected) / expected)
          .as("relative error at %s", x)
          .isLessThan(1e-15);
    }
    for (double x : new double[] {0, -0.0, -1e-300, -1e-17}) {
      assertThat(Exponential.ofNegative(x)).isEqualTo(1);
    }
    for (double x : new double[] {-700.001, -1e9, -Double.MAX_VALUE, Double.NEGATIVE_INFINITY}) {
      assertThat(Exponential.ofNegative(x)).isZero();
    }
    assertThat(Exponential.ofNegative(-700)).isPositive();
  }

  @Test
  void exponentialNeverFallsAsItsArgumentGrows() {
    double before = 0;
    for (double x = -3; x <= 0; x += 1e-5) {
      double value = Exponential.ofNegative(x);
      assertThat(value).isGreaterThan(before);
      before = value;
    }
  }

  @Test
  void equalLogitsGiveExactlyEqualProbabilities() {
    double[] logits = {-3.25, -3.25, -3.25, -3.25};
    Softmax.apply(logits);
    assertThat(logits).containsOnly(0.25);
  }

  @Test
  void probabilitiesFollowTheFormulaAndExtremesStayFinite() {
    double[] logits = {1, 2, -1};
    Softmax.apply(logits);
    double sum = Math.exp(1) + Math.exp(2) + Math.exp(-1);
    assertThat(logits)
        .containsExactly(
            new double[] {Math.exp(1) / sum, Math.exp(2) / sum, Math.exp(-1) / sum}, within(1e-15));
    double[] extreme = {1e300, -1e300, 1e300};
    Softmax.apply(extreme);
    assertThat(extreme).containsExactly(0.5, 0, 0.5);
  }
}
