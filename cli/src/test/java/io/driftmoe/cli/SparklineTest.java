// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void theLastValuesAreShown_asHighAsTheyAre() {
    Sparkline line = new Sparkline(4);
    assertThat(line).hasToString("");
    for (double value : new double[] {99, 10, 80, Double.NaN, 45, 10}) {
      line.add(value);
    }
    assertThat(line).hasToString("▁█▅▁");
  }

  @Test
  void whatHardlyVaries_looksFlat() {
    Sparkline line = new Sparkline(4);
    line.add(75);
    line.add(75.4);
    line.add(75);
    assertThat(line).hasToString("███");
  }
}
