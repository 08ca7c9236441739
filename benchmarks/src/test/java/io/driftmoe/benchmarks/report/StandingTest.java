// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {

  /** Accuracies of a, b, c on three streams; NaN where the learner failed. */
  private static List<CellResult> results(double[][] accuracies) {
    List<CellResult> results = new ArrayList<>();
    for (int s = 0; s < accuracies.length; s++) {
      for (int l = 0; l < accuracies[s].length; l++) {
        var cell = Fixture.cell("s" + s, String.valueOf((char) ('a' + l)), 1);
        results.add(
            Double.isNaN(accuracies[s][l])
                ? Fixture.failed(cell, "it broke")
                : Fixture.done(cell, accuracies[s][l]));
      }
    }
    return results;
  }

  private static List<Standing> standings(double[][] accuracies) {
    return Standing.of(new Results(results(accuracies)));
  }

  @Test
  void ranksFirstsAndGaps_ofLearnersThatFinishedAll() {
    List<Standing> found = standings(new double[][] {{80, 90, 70}, {80, 80, 60}, {50, 52, 55}});

    assertThat(found).extracting(Standing::learner).containsExactly("b", "a", "c");
    assertThat(found)
        .extracting(Standing::meanRank)
        .containsExactly((1 + 1.5 + 2) / 3, (2 + 1.5 + 3) / 3, (3 + 3 + 1) / 3.0);
    assertThat(found).extracting(Standing::first).containsExactly(2, 1, 1); // a tie is shared
    assertThat(found).extracting(Standing::largestGap).containsExactly(3.0, 10.0, 20.0);
    assertThat(found).extracting(Standing::gapStream).containsExactly("s2", "s0", "s0");
    assertThat(found).allMatch(standing -> standing.failed().isEmpty());
  }

  @Test
  void whoFails_ranksLastThere_andStaysInTheTable() {
    List<Standing> found =
        standings(new double[][] {{80, 70, Double.NaN}, {60, Double.NaN, Double.NaN}, {1, 2, 99}});

    assertThat(found).extracting(Standing::learner).containsExactly("a", "b", "c");
    assertThat(found.get(0).meanRank()).isCloseTo((1 + 1 + 3) / 3.0, within(1e-12));
    assertThat(found.get(1).meanRank()).isCloseTo((2 + 2.5 + 2) / 3, within(1e-12));
    assertThat(found.get(2).meanRank()).isCloseTo((3 + 2.5 + 1) / 3, within(1e-12));
    assertThat(found.get(1).failed()).containsExactly("s1");
    assertThat(found.get(2).failed()).containsExactly("s0", "s1");
    assertThat(found.get(2).first()).isEqualTo(1);
    assertThat(found.get(2).largestGap()).isZero();
  }

  @Test
  void whoFailsEverywhere_hasNoGap_andAStreamWithoutResultsDoesNotCount() {
    List<Standing> found =
        standings(new double[][] {{80, Double.NaN}, {Double.NaN, Double.NaN}, {70, Double.NaN}});

    assertThat(found).extracting(Standing::meanRank).containsExactly(1.0, 2.0);
    assertThat(found.get(0).failed()).isEmpty();
    assertThat(found.get(1).failed()).containsExactly("s0", "s2");
    assertThat(found.get(1).largestGap()).isNaN();
    assertThat(found.get(1).gapStream()).isEmpty();
  }

  @Test
  void aResultThatLacksASeedIsNone_andOraclesDoNotCompete() {
    List<Standing> suite = Standing.of(new Results(Fixture.suite()));
    assertThat(suite).hasSize(4);
    assertThat(suite)
        .filteredOn(standing -> standing.learner().equals(Fixture.HOSTILE))
        .singleElement()
        .satisfies(standing -> assertThat(standing.failed()).containsExactly("elec"));

    assertThat(Standing.of(new Results(Fixture.suiteWithOracle())))
        .extracting(Standing::learner)
        .containsExactly("paper-data", "HoeffdingTree", "no-change");
  }

  @Test
  void theReportShowsThem_andTellsOfFailures() {
    assertThat(report(new double[][] {{80, 90}, {80, Double.NaN}}))
        .contains(
            """
            ## Standings

            By accuracy, over the streams on which any learner has a result. Ties share ranks. Who \
            failed on a stream ranks last there; the gap is that on the others.

            | Learner | Mean rank | Streams where first | Largest gap to the best (points) | Where \
            | Failed on |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | a | 1.50 | 1 | 10.00 | s0 | – |
            | b | 1.50 | 1 | 0.00 | s0 | s1 |
            """);
    assertThat(report(new double[][] {{80, 90}})).contains("Ties share ranks.\n").contains("| b |");
    assertThat(report(new double[][] {{80}})).doesNotContain("## Standings");
    assertThat(report(new double[][] {{Double.NaN, Double.NaN}})).doesNotContain("## Standings");
  }

  private static String report(double[][] accuracies) {
    return new Report(results(accuracies), "command").markdown();
  }

  @Test
  void theTableForProgramsHasAllDigits() {
    assertThat(new CsvTables(results(new double[][] {{80, 90}, {80, Double.NaN}})).standings())
        .hasValue(
            "learner,mean_rank,first,largest_gap,gap_stream,failed_on\n"
                + "a,1.5,1,10,s0,\nb,1.5,1,0,s0,s1\n");
    assertThat(new CsvTables(results(new double[][] {{80}})).standings()).isEmpty();
  }
}
