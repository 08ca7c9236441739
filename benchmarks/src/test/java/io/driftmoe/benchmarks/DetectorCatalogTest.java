// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.SplitMix64;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DetectorCatalogTest {
  private static final int CHANGE = 5_000;

  static List<String> names() {
    return DetectorCatalog.names();
  }

  /** Indexes of the alarms; the error rate is 10 %, from event 5,000 on 60 %. */
  private static List<Integer> alarms(String name, int events) {
    ErrorMonitor monitor = DetectorCatalog.create(name);
    SplitMix64 random = new SplitMix64(5);
    List<Integer> alarms = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      if (monitor.alarm(random.nextDouble() < (i < CHANGE ? 0.1 : 0.6))) {
        alarms.add(i);
      }
    }
    return alarms;
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyDetector_noticesErrorsBecomingMany(String name) {
    assertThat(alarms(name, 2 * CHANGE)).anyMatch(i -> i >= CHANGE && i < CHANGE + 600);
  }

  @ParameterizedTest
  @MethodSource("names")
  void sameErrors_sameAlarms(String name) {
    assertThat(alarms(name, 2 * CHANGE)).isEqualTo(alarms(name, 2 * CHANGE));
  }

  static List<String> inBoth() {
    return names().stream().filter(name -> names().contains("MOA-" + name)).toList();
  }

  /** Of a stream whose errors become more and fewer in turn. */
  @ParameterizedTest
  @MethodSource("inBoth")
  void ours_areMoas_alarmForAlarm(String name) {
    ErrorMonitor ours = DetectorCatalog.create(name);
    ErrorMonitor moas = DetectorCatalog.create("MOA-" + name);
    SplitMix64 random = new SplitMix64(5);
    int alarms = 0;
    for (int i = 0; i < 40_000; i++) {
      boolean error = random.nextDouble() < (i / 10_000 % 2 == 0 ? 0.1 : 0.4);
      boolean alarm = ours.alarm(error);
      boolean moa = moas.alarm(error);
      alarms += alarm ? 1 : 0;
      assertThat(alarm).as("event %s", i).isEqualTo(moa);
    }
    assertThat(alarms).isPositive();
  }

  @Test
  void names_areOurs_thenMoas() {
    assertThat(inBoth())
        .containsExactly("ADWIN", "DDM", "EDDM", "HDDM-A", "HDDM-W", "Page-Hinkley", "RDDM");
    assertThat(names()).contains("KSWIN", "STEPD", "CUSUM", "EWMA", "SEED", "SeqDrift2");
  }

  @Test
  void names_areFoundInAnyCase_andUnknownOnesNameTheKnown() {
    assertThat(DetectorCatalog.canonicalName("hddm-a")).isEqualTo("HDDM-A");
    assertThatThrownBy(() -> DetectorCatalog.canonicalName("ADWIM"))
        .hasMessage(
            "no detector is called 'ADWIM'; known are "
                + String.join(", ", DetectorCatalog.names()));
  }

  @Test
  void detectorsAndLearnersAreScoredOnPlantedDrifts() throws IOException {
    Cell plain = Cells.cell("led_a", "paper-task", 12_000);
    Cell watched = Cells.withDetectors(plain, List.of("ADWIN", "HDDM-W"));

    CellResult result = Cells.run(watched);

    assertThat(result.detections())
        .extracting(CellResult.Detection::detector)
        .containsExactly("own", "ADWIN", "HDDM-W");
    CellResult.Detection own = result.detections().get(0);
    CellResult.Detection adwin = result.detections().get(1);
    // the mixture has the same ADWIN on the same errors, and a reference beside it
    assertThat(adwin.detected()).isBetween(1, own.detected());
    assertThat(own.drifts()).isEqualTo(3);
    assertThat(own.detected()).isPositive();
    assertThat(result.scores().recovery()).hasSize(3);
    assertThat(
            Cells.run(Cells.withDetectors(Cells.cell("rbf_m", "majority", 500), List.of("DDM")))
                .detections())
        .as("no planted drifts, nothing to score")
        .isEmpty();
  }

  @Test
  void moaLearnerThatReportsDrifts_isScoredItself() throws IOException {
    Cell cell = Cells.cell("led_a", "majority", 12_000);
    LearnerSpec detecting =
        LearnerCatalog.moa(
            "HT-DDM", "drift.DriftDetectionMethodClassifier -l trees.HoeffdingTree -d DDM");

    CellResult result =
        Cells.run(
            new Cell(
                cell.stream(),
                detecting,
                cell.seed(),
                cell.events(),
                cell.labels(),
                cell.folds(),
                cell.window(),
                List.of(),
                0));

    assertThat(result.detections())
        .singleElement()
        .satisfies(own -> assertThat(own.detector()).isEqualTo("own"));
    assertThat(result.alarms()).isNotEmpty();
  }
}
