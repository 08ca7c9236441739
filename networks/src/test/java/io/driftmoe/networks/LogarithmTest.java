// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogarithmTest {

  @Test
  void isThatOfStrictMathUpToRounding() {
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 200_000; i++) {
      double x = 0.1 + 9.9 * random.nextDouble();
      assertThat(Logarithm.of(x)).isCloseTo(StrictMath.log(x), within(1e-15));
      double far =
          StrictMath.scalb(1 + random.nextDouble(), (int) (2_000 * random.nextDouble()) - 1_000);
      double expected = StrictMath.log(far);
      assertThat(Logarithm.of(far)).isCloseTo(expected, within(1e-15 + 4e-16 * Math.abs(expected)));
    }
  }

  @Test
  void thatOfOneIsZero() {
    assertThat(Logarithm.of(1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, Double.MIN_VALUE, 1e-310, Double.POSITIVE_INFINITY, -1, Double.NaN})
  void whatIsNotOrdinaryIsLeftToStrictMath(double x) {
    assertThat(Double.valueOf(Logarithm.of(x))).isEqualTo(Double.valueOf(StrictMath.log(x)));
  }

  @Test
  void theBordersOfOrdinaryNumbersBelongToThem() {
    for (double x : new double[] {Double.MIN_NORMAL, Double.MAX_VALUE, 0.5, 2}) {
      assertThat(Logarithm.of(x))
          .isCloseTo(StrictMath.log(x), within(1e-15 + 4e-16 * Math.abs(StrictMath.log(x))));
    }
  }
}
