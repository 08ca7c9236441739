// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PoissonTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 6, 100})
  void meanAndVarianceEqualTheParameter(double mean) {
    Poisson poisson = new Poisson(mean);
    SplitMix64 random = new SplitMix64(3);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      int k = poisson.draw(random);
      sum += k;
      squares += (double) k * k;
    }
    double found = sum / DRAWS;
    // Six standard errors.
    assertThat(found).isCloseTo(mean, within(6 * Math.sqrt(mean / DRAWS)));
    assertThat(squares / DRAWS - found * found).isCloseTo(mean, within(0.05 * mean));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 6})
  void frequenciesFollowTheFormula(double mean) {
    Poisson poisson = new Poisson(mean);
    SplitMix64 random = new SplitMix64(4);
    int[] counts = new int[400];
    for (int i = 0; i < DRAWS; i++) {
      counts[poisson.draw(random)]++;
    }
    double probability = Math.exp(-mean);
    for (int k = 0; k < 15; k++) {
      double error = 6 * Math.sqrt(probability / DRAWS) + 6.0 / DRAWS;
      assertThat((double) counts[k] / DRAWS).as("k = %s", k).isCloseTo(probability, within(error));
      probability *= mean / (k + 1);
    }
  }
}
