// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import moa.core.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardNormalTest {

  /** Values of printed tables. */
  @ParameterizedTest
  @CsvSource({
    "0.05, 1.959963984540054",
    "0.01, 2.575829303548901",
    "0.003, 2.967737925342168",
    "0.001, 3.290526731491926",
    "0.5, 0.674489750196082"
  })
  void twoSidedQuantile_isThatOfTheTables(double probability, double z) {
    assertThat(StandardNormal.twoSidedQuantile(probability)).isCloseTo(z, within(1e-11));
  }

  @Test
  void upperTail_isMoas() {
    for (double z = 0; z < 8; z += 0.01) {
      assertThat(StandardNormal.upperTail(z))
          .as("z = %s", z)
          .isCloseTo(1 - Statistics.normalProbability(z), within(2e-15));
    }
  }

  @Test
  void twoSidedQuantile_ofExtremes_isFinite() {
    assertThat(StandardNormal.twoSidedQuantile(Double.MIN_VALUE)).isBetween(38.0, 39.0);
    assertThat(StandardNormal.twoSidedQuantile(1 - 1e-16)).isBetween(0.0, 1e-15);
  }
}
