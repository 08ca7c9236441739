// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
  private static final double LIMIT = 40_000;
  private static final double STEP = LIMIT / RateSearch.STEPS;

  @ParameterizedTest
  @ValueSource(doubles = {2_000, 3_999, 4_000, 19_000, 20_000, 31_234, 39_999, 40_000})
  void findsTheCapacity_toOneStep_fromBelow(double capacity) throws Exception {
    List<Double> probed = new ArrayList<>();

    double found =
        RateSearch.highest(
                LIMIT,
                rate -> {
                  probed.add(rate);
                  return rate <= capacity;
                })
            .orElseThrow();

    assertThat(found).isLessThanOrEqualTo(capacity).isGreaterThan(capacity - STEP);
    assertThat(probed).hasSizeBetween(4, 5).contains(found).doesNotHaveDuplicates();
  }

  @Test
  void neverGoesAboveTheLimit() throws Exception {
    assertThat(RateSearch.highest(LIMIT, rate -> true).getAsDouble())
        .isCloseTo(LIMIT, within(1e-9));
  }

  @Test
  void nothingIsSustained_isNoRate() throws Exception {
    assertThat(RateSearch.highest(LIMIT, rate -> false)).isEqualTo(OptionalDouble.empty());
  }
}
