// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {
  private static String text(List<CellResult> results) {
    return new Report(results, "./driftmoe bench --seeds 1,2").markdown();
  }

  @Test
  void accuracyTableHasMeansSpreadsBestAndRanks() {
    assertThat(text(Fixture.suite()))
        .startsWith("# DriftMoE benchmark\n\n```\n./driftmoe bench --seeds 1,2\n```\n")
        .contains("3 streams, 4 learners, seeds 1, 2; labels at once.")
        .contains(
            """
            ## Accuracy (%)

            | Stream | paper-data | HoeffdingTree | no-change | &lt;/script>&lt;b>x&lt;/b>\\|\\`\\* |
            | --- | ---: | ---: | ---: | ---: |
            | led_a | **82.00 ± 0.71** | 75.00 ± 0.71 | 50.00 ± 0.71 | 60.00 ± 0.71 |
            | sea_g | **88.00 ± 0.71** | 86.00 ± 0.71 | 52.00 ± 0.71 | 70.00 ± 0.71 |
            | elec | 81.00 ± 0.71 | 80.00 ± 0.71 | **85.00 ± 0.71** | 82.50 (1 of 2) |
            | *average rank* | 1.33 | 2.33 | 2.33 | – |
            """);
  }

  @Test
  void whoLacksAResultIsLeftOutOfTheTest() {
    assertThat(text(Fixture.suite()))
        .contains("is left out of ranks and test: no complete result on elec.")
        .contains("3 learners on 3 streams: chi-square 2.00 with 2 degrees of freedom (p = 0.368)")
        .contains("Iman-Davenport F 1.00 with 2 and 4 (p = 0.444)")
        .contains("critical difference at the 5 % level: **1.91** ranks")
        .contains(
            "- no significant difference within: paper-data (1.33), HoeffdingTree (2.33), no-");
  }

  @Test
  void failuresAreListedWithTheirReasonAndHarmNobodyElse() {
    assertThat(text(Fixture.suite()))
        .contains("## Failed: 1 of 24 cells")
        .contains("on elec, seed 2, labels at once: java.lang.OutOfMemoryError: &lt;/script>")
        .doesNotContain("</script>");
  }

  @Test
  void allFailedIsAReportToo() {
    assertThat(text(List.of(Fixture.failed(Fixture.cell("led_a", "EFDT", 1), "no such file"))))
        .contains("| led_a | no run finished |")
        .contains("| led_a | failed |")
        .contains("EFDT is left out of ranks and test: no result at all.")
        .contains("no such file");
  }

  @Test
  void nothingIsSaidAboutNothing() {
    assertThat(text(List.of())).endsWith("Nothing was run.\n");
  }

  @Test
  void lessIsBetterForLosses() {
    assertThat(text(Fixture.suite()))
        .contains("### Log loss (nats, less is better)")
        .contains("| led_a | **0.180** | 0.250 | 0.500 | 0.400 |");
  }

  @Test
  void costIsMeantOverStreams() {
    assertThat(text(Fixture.suite()))
        .contains("| paper-data | 20,000 | 2.0 KiB | 100 B | 1.5 | 1.75 | 3 of 3 |")
        .contains("| HoeffdingTree | 20,000 | 2.0 KiB | 100 B | 1.5 | – | 3 of 3 |");
  }

  @Test
  void timePerEventIsThereByStream() {
    assertThat(text(Fixture.suite()))
        .contains(
            """
            ### CPU time per event (µs)

            | Stream | paper-data | HoeffdingTree | no-change | &lt;/script>&lt;b>x&lt;/b>\\|\\`\\* |
            | --- | ---: | ---: | ---: | ---: |
            | led_a | 50.00 | 50.00 | 50.00 | 50.00 |
            | sea_g | 50.00 | 50.00 | 50.00 | 50.00 |
            | elec | 50.00 | 50.00 | 50.00 | 50.00 (1 of 2) |
            """);
  }

  @Test
  void memoryIsTheLargestOfSeedsAndStreamsWithTheHeapWhereItWasMeasured() {
    List<CellResult> results = new ArrayList<>();
    results.add(weighing("led_a", 1, 40 << 20, 39L << 20));
    results.add(weighing("led_a", 2, 50 << 20, 38L << 20));
    results.add(weighing("elec", 1, 3 << 10, null));
    results.add(Fixture.failed(Fixture.cell("sea_g", "EFDT", 1), "no"));
    results.add(Fixture.done(Fixture.cell("sea_g", "kNN", 1), 80));
    assertThat(text(results))
        .contains(
            """
            | Stream | EFDT | kNN |
            | --- | ---: | ---: |
            | led_a | 50.0 MiB / 39.0 MiB | – |
            | elec | 3.0 KiB | – |
            | sea_g | failed | 2.0 KiB |
            | *largest* | 50.0 MiB / 39.0 MiB | 2.0 KiB |
            """);
  }

  private static CellResult weighing(String stream, long seed, long modelBytes, Long heapBytes) {
    CellResult result = Fixture.done(Fixture.cell(stream, "EFDT", seed), 80);
    return Fixture.withScores(
        result, result.scores(), new CellResult.Cost(1, 1, 1, modelBytes, 0, heapBytes));
  }

  @Test
  void whoRanWithFewerSeedsHasTheMeanOfThoseAndTheReportSaysSo() {
    List<CellResult> results = new ArrayList<>();
    for (String stream : List.of("led_a", "elec")) {
      results.add(Fixture.done(Fixture.cell(stream, "EFDT", 1), 80));
      results.add(Fixture.done(Fixture.cell(stream, "EFDT", 2), 81));
      results.add(Fixture.done(Fixture.cell(stream, "ARF-100", 2), 90));
    }
    assertThat(text(results))
        .contains("seeds 1, 2; labels at once.")
        .contains("ARF-100 ran with seed 2 only: its means are over those.")
        .doesNotContain("EFDT ran with")
        .contains("| led_a | 80.50 ± 0.71 | **90.00** |")
        .contains("| *average rank* | 2.00 | 1.00 |");
    assertThat(text(Fixture.suite())).doesNotContain(" only: its means");
  }

  @Test
  void aReportOfSeveralDelays_saysWhichTablesHaveThem() {
    Cell late = Fixture.cell("led_a", "EFDT", 1, Fixture.EVENTS, Fixture.delay(500, 500));
    List<CellResult> results =
        List.of(Fixture.done(Fixture.cell("led_a", "EFDT", 1), 80), Fixture.done(late, 70));
    assertThat(text(results))
        .contains(
            "1 stream, 1 learner, seed 1; labels at once;"
                + " in the table of late labels also: labels delayed by 500 events. Means.")
        .contains("| Stream | Learner | 0 | 500 |");
  }

  @Test
  void recordedTimesStandBehindAllDelays_andAreNoDelayInEvents() {
    List<CellResult> results = new ArrayList<>();
    LabelArrival byClass = new LabelArrival(0, 0, Map.of("a", 9L), 1);
    for (LabelArrival labels :
        List.of(LabelArrival.TRUE_TIMES, byClass, Fixture.delay(500, 500), Fixture.delay(0, 0))) {
      results.add(Fixture.done(Fixture.cell("led_a", "EFDT", 1, Fixture.EVENTS, labels), 70));
    }
    assertThat(text(results))
        .contains("labels at once; in the table of late labels also: labels delayed by 500 events;")
        .contains("; labels at their recorded times. Means.")
        .contains("| Stream | Learner | 0 | 500 | a=9 | true-times |");
  }

  @Test
  void regretIsTheOraclesAccuracyMinusTheLearners() {
    assertThat(text(Fixture.suite())).doesNotContain("Routing regret");
    assertThat(text(Fixture.suiteWithOracle()))
        .contains(
            """
            ### To oracle-source

            | Stream | paper-data | HoeffdingTree | no-change |
            | --- | ---: | ---: | ---: |
            | regime_s4s | 4.00 | 15.00 | 40.00 |
            | regime_rec | 0.50 | 1.00 | 31.00 |
            | *mean* | 2.25 | 8.00 | 35.50 |
            """);
  }

  @Test
  void regretIsThereForEverySetting() {
    List<CellResult> results = new ArrayList<>(Fixture.suiteWithOracle());
    for (String learner : List.of("paper-data", "oracle-source")) {
      results.add(
          Fixture.done(
              Fixture.cell("regime_s4s", learner, 1, Fixture.EVENTS, Fixture.delay(100, 100)),
              learner.equals("paper-data") ? 70 : 72));
    }
    assertThat(text(results))
        .contains("### To oracle-source, labels at once")
        .contains(
            """
            ### To oracle-source, labels delayed by 100 events

            | Stream | paper-data | HoeffdingTree | no-change |
            | --- | ---: | ---: | ---: |
            | regime_s4s | 2.00 | – | – |
            | *mean* | 2.00 | – | – |
            """);
  }

  @Test
  void anOracleIsNotRankedAndNeverTheBest() {
    assertThat(text(Fixture.suiteWithOracle()))
        .contains("oracle-source is left out of ranks and test: it is told the sources")
        .contains("| regime_s4s | **86.00 ± 1.41** | 75.00 ± 0.00 | 50.00 ± 0.00 | 90.00 ± 0.00 |")
        .contains("| *average rank* | 1.00 | 2.00 | 3.00 | – |");
    assertThat(
            text(
                List.of(
                    Fixture.done(Fixture.cell("regime_imb", "EFDT", 1), 80),
                    Fixture.done(Fixture.cell("regime_imb", "oracle-source", 1), 80))))
        .contains("| regime_imb | **80.00** | 80.00 |");
  }

  @Test
  void recoveryAndDetectionAreThere() {
    assertThat(text(Fixture.suite()))
        .contains("| led_a at 3,000 | 250 | 250 | 250 | 250 |")
        .contains("| led_a at 7,000 | not | not | not | not |")
        .contains("| paper-data | own | 6 | 4 | 2 | 4 | 120 | 5,000 | 4 | 36,000 |")
        .contains("| paper-data | ADWIN | 6 | 0 | 6 | 0 | – | – | – | – |");
  }

  @Test
  void delaysMakeATableWithTheFixedOnesFirstAndLeaveTheMainTableAlone() {
    assertThat(text(Fixture.suite())).doesNotContain("## Late labels");
    assertThat(text(Fixture.suiteWithDelays()))
        .contains(
            """
            | Stream | Learner | 0 | 100 | 1000 | 0-1000 |
            | --- | --- | ---: | ---: | ---: | ---: |
            | led_a | paper-data | 82.00 ± 0.71 | 69.00 | 60.00 | 60.00 |
            """)
        .contains("| led_a | **82.00 ± 0.71** | 75.00 ± 0.71 |");
  }

  @Test
  void aSingleStreamHasNoTestAndSaysWhy() {
    List<CellResult> results = new ArrayList<>();
    results.add(Fixture.done(Fixture.cell("led_a", "EFDT", 1), 80));
    results.add(Fixture.done(Fixture.cell("led_a", "paper-data", 1), 81));
    assertThat(text(results))
        .contains("The test needs at least 2 streams; there are 1.")
        .contains("| *average rank* | 2.00 | 1.00 |");
    assertThat(text(results.subList(0, 1)))
        .contains("The test compares at least 2 learners with results on every stream");
  }
}
