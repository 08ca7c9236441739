// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.experts.ensembles.Poisson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThinnedPoissonTest {
  private static final int DRAWS = 100_000;

  @ParameterizedTest
  @CsvSource({"0.015625, 6", "0.25, 6", "0.5, 1", "0.75, 0.1", "1, 100"})
  void meanIsThatShare(double share, double mean) {
    // shares that are multiples of 1/64 need no rounding
    assertThat(meanOf(share, mean))
        .isCloseTo(share * mean, within(6 * Math.sqrt(share * mean / DRAWS)));
  }

  @Test
  void sharesBetweenStepsAreRoundedUp() {
    assertThat(draws(0.5001, 6)).isEqualTo(draws(33.0 / 64, 6)).isNotEqualTo(draws(0.5, 6));
    assertThat(meanOf(Double.MIN_VALUE, 6)).isCloseTo(6.0 / 64, within(0.01));
  }

  @Test
  void wholeShareIsThePlainDistribution() {
    Poisson plain = new Poisson(6);
    SplitMix64 random = new SplitMix64(3);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      expected.append(plain.draw(random)).append(' ');
    }
    assertThat(draws(1, 6)).isEqualTo(expected.toString());
  }

  private static String draws(double share, double mean) {
    ThinnedPoisson thinned = new ThinnedPoisson(mean);
    SplitMix64 random = new SplitMix64(3);
    StringBuilder draws = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      draws.append(thinned.draw(share, random)).append(' ');
    }
    return draws.toString();
  }

  private static double meanOf(double share, double mean) {
    ThinnedPoisson thinned = new ThinnedPoisson(mean);
    SplitMix64 random = new SplitMix64(4);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += thinned.draw(share, random);
    }
    return sum / DRAWS;
  }
}
