// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedTest {
  private static final LabelArrival NOW = LabelArrival.IMMEDIATE;

  private static CellResult full(
      String stream, String learner, long seed, long events, LabelArrival labels, double accuracy) {
    return Fixture.done(Fixture.cell(stream, learner, seed, events, labels), accuracy);
  }

  @Test
  void comparesTheMeanOverSeeds() {
    List<CellResult> results = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      results.add(full("led_a", "paper-data", seed, 1_000_000, NOW, 72.5 + seed));
      results.add(full("elec", "paper-data", seed, 45_312, NOW, 81));
      results.add(full("sea_g", "paper-task", seed, 1_000_000, NOW, 90));
    }
    List<Published.Comparison> comparisons = Published.compare(new Results(results));
    assertThat(comparisons)
        .extracting(Published.Comparison::stream, Published.Comparison::within)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("led_a", true),
            org.assertj.core.groups.Tuple.tuple("sea_g", false),
            org.assertj.core.groups.Tuple.tuple("elec", true));
    assertThat(comparisons.get(0).seeds()).isEqualTo(3);
    assertThat(comparisons.get(0).difference()).isCloseTo(74.5 - 73.77, within(1e-9));
    assertThat(new Report(results, "x").markdown())
        .contains("| led_a | paper-data | 3 | 74.50 | 73.77 | 0.73 | 1.0 | yes |")
        .contains("| sea_g | paper-task | 3 | 90.00 | 87.76 | 2.24 | 1.0 | **no** |");
  }

  @Test
  void shortStreamsLateLabelsAndFewSeedsAreNotCompared() {
    List<CellResult> results = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      results.add(full("led_a", "paper-data", seed, 999_999, NOW, 74));
      results.add(full("elec", "paper-task", seed, 45_312, Fixture.delay(5, 5), 68));
    }
    results.add(full("sea_a", "paper-data", 1, 1_000_000, NOW, 89));
    results.add(full("sea_a", "paper-data", 2, 1_000_000, NOW, 89));

    assertThat(Published.compare(new Results(results))).isEmpty();
    assertThat(Published.compare(new Results(List.of()))).isEmpty();
  }
}
