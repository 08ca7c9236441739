// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
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

  /** As if all distances were sorted, with ties, and up to the largest numbers. */
  @Test
  void theScaleIsAQuartileOfTheDistances() {
    Random random = new Random(11);
    for (int round = 0; round < 5_000; round++) {
      double unit = Math.scalb(1.0, random.nextInt(2_000) - 1_000);
      boolean whole = random.nextBoolean();
      double[] values =
          random
              .doubles(1 + random.nextInt(20), -5, 5)
              .map(x -> unit * (whole ? Math.rint(x) : x * x * x))
              .toArray();
      Spread found = Spread.of(values.clone());
      Arrays.sort(values);
      double center = values[values.length / 2];
      double[] distances =
          Arrays.stream(values)
              .map(x -> Math.abs(x - center))
              .filter(d -> d > 0)
              .sorted()
              .toArray();
      double scale = distances.length == 0 ? 0 : distances[3 * (distances.length - 1) / 4];
      assertThat(found).isEqualTo(new Spread(center, scale));
    }
  }
}
