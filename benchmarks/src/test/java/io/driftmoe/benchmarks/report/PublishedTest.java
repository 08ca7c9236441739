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
  private static CellResult full(
      String stream, String learner, long seed, long events, LabelArrival labels, double accuracy) {
    return Fixture.done(Fixture.cell(stream, learner, seed, events, labels), accuracy);
  }

  @Test
  void comparesTheMeanOverSeeds() {
    List<CellResult> results = new ArrayList<>();
    results.add(full("led_a", "paper-data", 1, 1_000_000, LabelArrival.IMMEDIATE, 74));
    results.add(full("led_a", "paper-data", 2, 1_000_000, LabelArrival.IMMEDIATE, 75));
    results.add(full("elec", "paper-data", 1, 45_312, LabelArrival.IMMEDIATE, 81));
    results.add(full("sea_g", "paper-task", 1, 1_000_000, LabelArrival.IMMEDIATE, 90));
    List<Published.Comparison> comparisons = Published.compare(new Results(results));
    assertThat(comparisons)
        .extracting(Published.Comparison::stream, Published.Comparison::within)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("led_a", true),
            org.assertj.core.groups.Tuple.tuple("sea_g", false),
            org.assertj.core.groups.Tuple.tuple("elec", true));
    assertThat(comparisons.get(0).seeds()).isEqualTo(2);
    assertThat(comparisons.get(0).difference()).isCloseTo(74.5 - 73.77, within(1e-9));
    assertThat(new Report(results, "x").markdown())
        .contains("| led_a | paper-data | 2 | 74.50 | 73.77 | 0.73 | 1.0 | yes |")
        .contains("| sea_g | paper-task | 1 | 90.00 | 87.76 | 2.24 | 1.0 | **no** |");
  }

  @Test
  void shortStreamsAndLateLabelsAreNotCompared() {
    assertThat(
            Published.compare(
                new Results(
                    List.of(
                        full("led_a", "paper-data", 1, 999_999, LabelArrival.IMMEDIATE, 74),
                        full("elec", "paper-task", 1, 45_312, Fixture.delay(5, 5), 68)))))
        .isEmpty();
    assertThat(Published.compare(new Results(List.of()))).isEmpty();
  }
}
