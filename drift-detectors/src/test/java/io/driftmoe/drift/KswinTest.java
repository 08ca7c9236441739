// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KswinTest {

  /** The naive model computes both distribution functions at every value of the window. */
  @ParameterizedTest
  @CsvSource({"40, 15, 0.01", "30, 15, 0.1", "100, 30, 0.005", "2, 1, 0.9"})
  void update_isTheNaiveTest(int window, int recent, double alpha) {
    DriftDetector kswin = new KswinFactory(window, recent, alpha).create();
    List<Double> naive = new ArrayList<>();
    Random random = new Random(window);
    int drifts = 0;
    int rises = 0;
    double bound =
        Math.sqrt(-StrictMath.log(alpha / 2) / 2 * (1.0 / recent + 1.0 / (window - recent)));
    for (int i = 0; i < 4000; i++) {
      double error =
          i % 3 == 0
              ? random.nextInt(3) - 1.0 // ties, both zeros
              : random.nextGaussian() * (1 + i / 500 % 3) + i / 300 % 2;
      error = error == 0 && random.nextBoolean() ? -0.0 : error;
      naive.add(error);
      boolean drift = false;
      boolean rise = false;
      if (naive.size() == window) {
        List<Double> older = naive.subList(0, window - recent);
        List<Double> latest = naive.subList(window - recent, window);
        drift = distance(older, latest) > bound;
        rise = mean(latest) > mean(older);
      }
      assertThat(kswin.update(error) == DriftLevel.DRIFT).as("drift at %s", i).isEqualTo(drift);
      assertThat(kswin.errorRose()).as("rise at %s", i).isEqualTo(drift && rise);
      if (drift) {
        naive.subList(0, window - recent).clear();
        drifts++;
        rises += rise ? 1 : 0;
      } else if (naive.size() == window) {
        naive.remove(0);
      }
    }
    if (window > 2) {
      assertThat(rises).isPositive().isLessThan(drifts);
    }
  }

  /** The change that a mean does not show. */
  @Test
  void update_onlyTheSpreadChanges_isFound() {
    DriftDetector kswin = KswinFactory.defaults().create();
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      assertThat(kswin.update(random.nextGaussian())).isEqualTo(DriftLevel.STABLE);
    }
    int delay = 1;
    while (kswin.update(5 * random.nextGaussian()) != DriftLevel.DRIFT) {
      delay++;
    }
    assertThat(delay).isLessThan(150);
  }

  private static double distance(List<Double> a, List<Double> b) {
    double distance = 0;
    for (List<Double> values : List.of(a, b)) {
      for (double at : values) {
        distance = Math.max(distance, Math.abs(below(a, at) - below(b, at)));
      }
    }
    return distance;
  }

  private static double below(List<Double> values, double at) {
    int count = 0;
    for (double value : values) {
      count += value <= at ? 1 : 0;
    }
    return (double) count / values.size();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
