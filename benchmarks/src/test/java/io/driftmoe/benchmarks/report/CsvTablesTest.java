// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.CellResult;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CsvTablesTest {
  private Locale before;

  /** A country that writes a comma where we write a point. */
  @BeforeEach
  void inGermany() {
    before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void home() {
    Locale.setDefault(before);
  }

  private static List<CSVRecord> parse(String csv) throws IOException {
    return CSVFormat.DEFAULT
        .builder()
        .setHeader()
        .setSkipHeaderRecord(true)
        .get()
        .parse(new StringReader(csv))
        .getRecords();
  }

  @Test
  void columnsStartInTheAgreedOrder() {
    assertThat(new CsvTables(List.of()).results())
        .isEqualTo(
            "stream,learner,seed,events,accuracy,kappa,kappa_m,kappa_t,cpu_seconds,"
                + "events_per_cpu_second,wall_seconds,model_bytes,balanced_accuracy,macro_f1,"
                + "log_loss,calibration_error,coverage,least_coverage,most_coverage,set_size,estimate_error,"
                + "recovery_events,allocated_bytes_per_event,"
                + "process_cpu_seconds,heap_bytes,specialist_evaluations,label_delay,label_share,label_budget,folds,fold_accuracy_sd,drift_events,"
                + "failure,command,configuration,data_sha256,commit,jvm,processor,started\n");
  }

  @Test
  void aFinishedCellIsARow() {
    CellResult result = Fixture.done(Fixture.cell("led_a", "paper-data", 3), 82.25);
    assertThat(new CsvTables(List.of(result)).results().lines().skip(1))
        .containsExactly(
            "led_a,paper-data,3,10000,82.25,32.25,22.25,12.25,0.5,20000,0.75,2048,81.25,80.25,"
                + "0.1775,5,,,,,,250;-1,100,,,1.75,0,1,,1,,3,,"
                + "\"./driftmoe bench --moa 'a, \"\"b\"\"'\",a configuration,"
                + "0011223344556677889953,abc123,A JVM 17,\"A processor, 2 cores\","
                + "2026-01-02T03:04:05Z");
  }

  @Test
  void aFailedCellHasItsReasonAndNoMeasures() throws IOException {
    CellResult failed =
        Fixture.failed(Fixture.cell("led_a", "EFDT", 1), "out of \"memory\", twice");
    CSVRecord row = parse(new CsvTables(List.of(failed)).results()).get(0);
    assertThat(row.get("failure")).isEqualTo("out of \"memory\", twice");
    assertThat(row.get("stream")).isEqualTo("led_a");
    assertThat(row.get("commit")).isEqualTo("abc123");
    assertThat(
            List.of("events", "accuracy", "cpu_seconds", "recovery_events", "drift_events").stream()
                .map(row::get))
        .containsOnly("");
  }

  @Test
  void whatIsNotANumberIsEmptyAndFoldsHaveASpread() throws IOException {
    CellResult.Scores scores =
        new CellResult.Scores(
            Map.of(
                "accuracy",
                1e7,
                "balancedAccuracy",
                Double.NaN,
                "kappa",
                0.1 + 0.2,
                "logLoss",
                1e-9,
                "ofALaterVersion",
                1.0),
            List.of());
    CellResult.Cost cost = new CellResult.Cost(0, 1.5, 0, 0, 0, 4_096L);
    CellResult result =
        Fixture.withScores(Fixture.done(Fixture.cell("elec", "EFDT", 1), 50), scores, cost);
    CSVRecord row = parse(new CsvTables(List.of(result)).results()).get(0);
    assertThat(row.get("accuracy")).isEqualTo("10000000");
    assertThat(row.get("balanced_accuracy")).isEmpty();
    assertThat(row.get("kappa")).isEqualTo("0.30000000000000004");
    assertThat(row.get("log_loss")).isEqualTo("0.000000001");
    assertThat(row.get("macro_f1")).as("stored before it was measured").isEmpty();
    assertThat(row.get("events_per_cpu_second")).isEmpty();
    assertThat(row.get("process_cpu_seconds")).isEqualTo("1.5");
    assertThat(row.get("heap_bytes")).isEqualTo("4096");
    assertThat(row.get("fold_accuracy_sd")).isEqualTo("2");
  }

  @Test
  void seriesHasARowPerWindow() throws IOException {
    CellResult late =
        Fixture.done(Fixture.cell("sea_g", "EFDT", 1, Fixture.EVENTS, Fixture.delay(0, 500)), 60);
    List<CSVRecord> rows =
        parse(
            new CsvTables(List.of(late, Fixture.failed(Fixture.cell("a", "b", 1), "no"))).series());
    assertThat(rows).hasSize(20);
    assertThat(rows.get(19).get("window_end")).isEqualTo("10000");
    assertThat(rows.get(19).get("label_delay")).isEqualTo("0-500");
    assertThat(Double.parseDouble(rows.get(19).get("accuracy")))
        .isEqualTo(late.series().get(19).accuracy());
  }

  @Test
  void regretHasARowPerStreamAndLearnerOverTheSeedsOfBoth() throws IOException {
    List<CSVRecord> rows = parse(new CsvTables(Fixture.suiteWithOracle()).regret().orElseThrow());
    assertThat(rows).hasSize(2 * 3);
    assertThat(rows.get(0).toMap())
        .containsEntry("stream", "regime_s4s")
        .containsEntry("oracle", "oracle-source")
        .containsEntry("learner", "paper-data")
        .containsEntry("seeds", "2")
        .containsEntry("regret", "4")
        .containsEntry("regret_sd", "1.4142135623730951")
        .containsEntry("label_delay", "0");
    assertThat(rows.get(3).toMap())
        .containsEntry("stream", "regime_rec")
        .containsEntry("seeds", "1")
        .containsEntry("regret", "0.5");
  }

  @Test
  void detectionsAndExpertsAreThereWhenThereAreAny() throws IOException {
    CsvTables tables =
        new CsvTables(List.of(Fixture.done(Fixture.cell("led_a", "paper-data", 1), 80)));
    List<CSVRecord> detections = parse(tables.detections().orElseThrow());
    assertThat(detections).extracting(row -> row.get("detector")).containsExactly("own", "ADWIN");
    assertThat(detections.get(0).get("missed")).isEqualTo("1");
    assertThat(detections.get(1).get("mean_delay")).isEmpty();
    List<CSVRecord> experts = parse(tables.experts().orElseThrow());
    assertThat(experts).hasSize(20 * 3);
    assertThat(experts.get(3).get("window_end")).isEqualTo("1000");
    assertThat(experts.get(3).get("expert")).isEqualTo("0");
    assertThat(experts.get(3).get("name")).isEqualTo("forest 0");
    assertThat(experts.get(3).get("trained_share")).isEqualTo("1");

    CsvTables without = new CsvTables(List.of(Fixture.done(Fixture.cell("elec", "EFDT", 1), 80)));
    assertThat(without.detections()).isEmpty();
    assertThat(without.experts()).isEmpty();
    assertThat(without.regret()).isEmpty();
    assertThat(parse(without.results()).get(0).get("specialist_evaluations")).isEmpty();
  }

  @Test
  void expertsAndSpecialistsHaveNames_butThoseOfOldResults() {
    CellResult.ExpertUse named =
        new CellResult.ExpertUse(List.of("forest 0", "committee 1"), List.of(), List.of(), null);
    CellResult.ExpertUse old = new CellResult.ExpertUse(null, List.of(), List.of(), null);
    assertThat(named.name(1)).isEqualTo("committee 1");
    assertThat(named.specialistName("1.0.7")).isEqualTo("committee 1.0.7");
    assertThat(old.name(1)).isEqualTo("1");
    assertThat(old.specialistName("1.0.7")).isEqualTo("1.0.7");
  }
}
