// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpreadTest {
  @Test
  void aFewFarValuesDoNotWidenIt() {
    Spread spread = Spread.of(new double[] {3, 1e300, 1, 2, 5, 4, -1e9, 6, 7});
    assertThat(spread).isEqualTo(new Spread(4, 3));
    assertThat(spread.low()).isEqualTo(-176);
    assertThat(spread.high()).isEqualTo(184);
  }

  @Test
  void aRareValueGivesAnIndicatorItsScale() {
    assertThat(Spread.of(new double[] {0, 0, 1, 0, 0})).isEqualTo(new Spread(0, 1));
  }

  @Test
  void equalValuesHaveNoScale() {
    assertThat(Spread.of(new double[] {7, 7, 7})).isEqualTo(new Spread(7, 0));
  }
}
