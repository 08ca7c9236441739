// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.cli.DriftReport.Row;
import io.driftmoe.cli.DriftReport.Verdict;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.PlantedDrift;
import io.driftmoe.streams.StreamCatalog;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftReportTest {
  /** Nine of ten right; after events 4,000 and 8,000 half of them, for 1,000 events. */
  private static Hits twoFalls() {
    Hits hits = new Hits();
    for (int i = 0; i < 12_000; i++) {
      boolean fallen = i >= 4_000 && i < 5_000 || i >= 8_000 && i < 9_000;
      hits.add(i, fallen ? i % 2 == 0 : i % 10 != 9);
    }
    return hits;
  }

  @Test
  void aReportedDrift_anEcho_aMissedOne_andFalseAlarms() {
    List<PlantedDrift> planted = List.of(new PlantedDrift(4_001, 1), new PlantedDrift(8_101, 200));
    List<Row> rows =
        DriftReport.of(twoFalls(), planted, List.of(2_000, 4_150, 4_400, 5_500, 7_000));

    assertThat(rows)
        .extracting(Row::verdict)
        .containsExactly(
            Verdict.FALSE_ALARM,
            Verdict.FOUND,
            Verdict.ECHO,
            Verdict.FALSE_ALARM,
            Verdict.FALSE_ALARM,
            Verdict.MISSED);
    Row found = rows.get(1);
    assertThat(found.planted()).isEqualTo(4_000);
    assertThat(found.reported()).isEqualTo(4_150);
    assertThat(found.before()).isCloseTo(90, within(0.01));
    assertThat(found.lowest()).isCloseTo(50, within(0.5));
    assertThat(found.recovery()).isPresent();
    assertThat(found.recovery().getAsInt()).isBetween(1_400, 1_500);
    Row missed = rows.get(5);
    assertThat(missed.planted()).isEqualTo(8_000);
    assertThat(missed.reported()).isNull();
    assertThat(missed.lowest()).isCloseTo(50, within(0.5));
    assertThat(rows.get(0).lowest()).isGreaterThan(89);

    assertThat(DriftReport.text(rows).lines())
        .contains("        -      4,400  same drift")
        .anyMatch(
            line ->
                line.matches(
                    " {4}4,000 {6}4,150 {2}150 late {5}90.0 %, fell to (49|50)\\.\\d %, back at (89|90)\\.\\d %"
                        + " after 1,4\\d\\d"));
  }

  @Test
  void aSecondReportWhileTheConceptChanges_isTheSameDrift() {
    List<PlantedDrift> planted = List.of(new PlantedDrift(4_501, 1_000));
    List<Row> rows = DriftReport.of(twoFalls(), planted, List.of(4_100, 4_900, 8_200));
    assertThat(rows)
        .extracting(Row::verdict)
        .containsExactly(Verdict.FOUND, Verdict.ECHO, Verdict.FALSE_ALARM);
  }

  @Test
  void withoutKnownDrifts_noReportIsCalledFalse() {
    List<Row> rows = DriftReport.of(twoFalls(), List.of(), List.of(4_100));
    assertThat(rows)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.verdict()).isEqualTo(Verdict.UNKNOWN);
              assertThat(row.before()).isCloseTo(90, within(0.01));
              assertThat(row.lowest()).isCloseTo(50, within(0.5));
            });
  }

  /** A stream that ends before its first drift has no right alarm. */
  @Test
  void alarmsBeforeTheFirstDrift_areFalse() {
    List<PlantedDrift> planted = List.of(new PlantedDrift(20_000, 1));
    assertThat(DriftReport.of(twoFalls(), planted, List.of(4_100)))
        .extracting(Row::verdict)
        .containsExactly(Verdict.FALSE_ALARM);
  }

  @Test
  void nothingBefore_orNothingBehind_isNoFigure() {
    Hits few = new Hits();
    for (int i = 0; i < 120; i++) {
      few.add(i, true);
    }
    List<Row> rows = DriftReport.of(few, List.of(), List.of(10, 119));
    assertThat(rows.get(0).before()).isNaN();
    assertThat(DriftReport.text(rows)).contains("        -         10");
    assertThat(DriftReport.text(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sea_a", "led_g"})
  void theIntroductionNamesTheEventsOfTheReport(String name) {
    try (LabeledStream stream = StreamCatalog.open(name, 12_000, 1)) {
      String planted =
          DriftReport.of(twoFalls(), stream.plantedDrifts(), List.of()).stream()
              .map(row -> String.format(Locale.ROOT, "%,d", row.planted()))
              .collect(Collectors.joining(", "));
      assertThat(planted).contains(",");
      assertThat(DemoRun.introduction(stream)).endsWith(", drifts planted at " + planted);
    }
  }
}
