// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class FastExp2Test {
  @Test
  void isAPowerOfTwo() {
    for (double x = -999; x <= 999; x += 0.0137) {
      double exact = StrictMath.pow(2, x);
      assertThat(FastExp2.exp2(x) / exact).isCloseTo(1, within(2e-7));
    }
  }

  @Test
  void wholePowersAreExact() {
    for (int x = -999; x <= 999; x++) {
      assertThat(FastExp2.exp2(x)).isEqualTo(Math.scalb(1.0, x));
    }
  }

  @Test
  void farBelowItIsZero() {
    assertThat(FastExp2.exp2(-1e4)).isZero();
    assertThat(FastExp2.exp2(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(FastExp2.exp2(Double.NaN)).isZero();
  }
}
