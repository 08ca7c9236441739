// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.benchmarks.report.Report;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellRunTest {

  @ParameterizedTest
  @EnumSource(Preset.class)
  void preset_scoresWhatThePlainLibraryScores(Preset preset) throws IOException {
    CellResult result = Cells.run(Cells.cell("led_a", preset.key(), 3_000));

    PrequentialRun.Result library;
    try (LabeledStream stream = StreamCatalog.open("led_a", 3_000, 1)) {
      library = new PrequentialRun(MixtureConfig.of(preset, 1), 0).run(stream);
    }
    assertThat(result.scores().of(ScoreMeasure.ACCURACY)).isEqualTo(library.scores().accuracy());
    assertThat(result.scores().of(ScoreMeasure.KAPPA_M)).isEqualTo(library.scores().kappaM());
    assertThat(result.scores().of(ScoreMeasure.KAPPA_T)).isEqualTo(library.scores().kappaT());
    assertThat(result.alarms()).hasSize((int) library.driftEvents());
  }

  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "ARF-10", "OzaBag"})
  void sameCell_sameScores_anotherSeed_otherScores(String learner) throws IOException {
    Cell cell = Cells.cell("rbf_f", learner, 800);

    CellResult first = Cells.run(cell);
    CellResult second = Cells.run(cell);

    assertThat(second.scores()).isEqualTo(first.scores());
    assertThat(second.series()).isEqualTo(first.series());
    assertThat(Cells.run(Cells.withSeed(cell, 2)).scores()).isNotEqualTo(first.scores());
  }

  @Test
  void warmUp_changesNoScore() throws IOException {
    Cell cold = Cells.cell("sea_g", "paper-data", 2_000);
    Cell warm =
        new Cell(
            cold.stream(),
            cold.learner(),
            cold.seed(),
            cold.events(),
            cold.labels(),
            cold.folds(),
            cold.window(),
            cold.detectors(),
            500);

    assertThat(Cells.run(warm).scores()).isEqualTo(Cells.run(cold).scores());
  }

  @Test
  void delayedLabels_costAccuracy_whereTheConceptMoves() throws IOException {
    Cell cell = Cells.cell("sea_a", "HoeffdingTree", 8_000);

    double atOnce = Cells.run(cell).scores().of(ScoreMeasure.ACCURACY);
    double late =
        Cells.run(Cells.withLabels(cell, new LabelArrival(1_000, 1_000, Map.of(), 1)))
            .scores()
            .of(ScoreMeasure.ACCURACY);
    double few =
        Cells.run(Cells.withLabels(cell, LabelArrival.IMMEDIATE.withShare(0.02)))
            .scores()
            .of(ScoreMeasure.ACCURACY);

    assertThat(late).isLessThan(atOnce - 0.5);
    assertThat(few).isLessThan(atOnce - 0.5);
  }

  /** The harness and the library take the same stream, labels and order. */
  @ParameterizedTest
  @ValueSource(strings = {"ADAPTIVE", "PAPER_TASK"})
  void labelsAtRecordedTimes_scoreAsTheLibraryDoes(Preset preset, @TempDir Path folder)
      throws IOException {
    Path file = TimedFile.write(folder.resolve("timed.csv"), 700);
    StreamSource source =
        StreamSource.file("timed.csv", file, "class", List.of()).withTimes(TimedFile.TIMES);
    Cell cell =
        new Cell(
            source,
            LearnerCatalog.named(preset.key()),
            1,
            10_000,
            LabelArrival.TRUE_TIMES,
            1,
            100,
            List.of(),
            0);

    CellResult result = Cells.run(cell);
    int[] right = new int[1];
    List<Integer> truths = new ArrayList<>();
    try (LabeledStream stream = source.open(10_000, 1)) {
      stream.forEachRemaining(example -> truths.add(example.label()));
    }
    try (LabeledStream stream = source.openWithTimes(10_000, 1)) {
      PrequentialRun.withTrueTimes(
              schema -> MixtureOfExperts.create(MixtureConfig.of(preset, 1), schema))
          .run(
              stream,
              (i, prediction) ->
                  right[0] += prediction.predictedClass() == truths.get((int) i) ? 1 : 0);
    }

    assertThat(truths).hasSize(700);
    assertThat(result.scores().of(ScoreMeasure.ACCURACY))
        .isCloseTo(100.0 * right[0] / 700, within(1e-9));
    assertThat(Cells.run(Cells.withLabels(cell, LabelArrival.IMMEDIATE)).scores())
        .isNotEqualTo(result.scores());
  }

  @Test
  void windowsAndExperts_coverTheStream() throws IOException {
    Cell cell =
        new Cell(
            StreamSource.catalogued("led_a"),
            LearnerCatalog.named("paper-data"),
            1,
            2_500,
            LabelArrival.IMMEDIATE,
            1,
            1_000,
            List.of(),
            0);

    CellResult result = Cells.run(cell);

    assertThat(result.series())
        .extracting(CellResult.Point::end)
        .containsExactly(1_000L, 2_000L, 2_500L);
    assertThat(result.experts().weight()).hasSize(3);
    for (int window = 0; window < 3; window++) {
      assertThat(sum(result.experts().weight().get(window))).isCloseTo(1, within(1e-9));
      assertThat(sum(result.experts().trained().get(window))).isCloseTo(3, within(1e-9));
    }
    assertThat(result.stream().classes()).hasSize(10);
    assertThat(result.stream().drifts()).hasSize(3);
    assertThat(result.stream().sha256()).hasSize(64);
  }

  /** From the configuration to the table and the page. */
  @Test
  void experts_haveTheNamesOfTheConfiguration_inTheReport(@TempDir Path folder) throws IOException {
    MixtureSettings settings =
        new MixtureSettings(
            """
            {"preset": "paper-data", "pool": [
              {"type": "naive-bayes", "name": "plain-bayes"},
              "majority-class",
              {"type": "committee", "name": "elders", "members": ["majority-class", "no-change"]}]}\
            """);
    Cell cell =
        new Cell(
            StreamSource.catalogued("led_a"),
            LearnerCatalog.mixture("named", settings),
            1,
            200,
            LabelArrival.IMMEDIATE,
            1,
            100,
            List.of(),
            0);

    CellResult result = Cells.run(cell);
    new Report(List.of(result), "command").writeTo(folder);

    List<String> names = List.of("plain-bayes", "majority-class 1", "elders");
    assertThat(result.experts().names()).isEqualTo(names);
    List<String> rows = Files.readAllLines(folder.resolve("experts.csv"));
    assertThat(rows).hasSize(1 + 2 * 3);
    for (int row = 1; row < rows.size(); row++) {
      assertThat(rows.get(row))
          .contains(
              ",%s00,%s,%s,".formatted((row + 2) / 3, (row - 1) % 3, names.get((row - 1) % 3)));
    }
    assertThat(folder.resolve("report.html"))
        .content()
        .contains("[\"plain-bayes\",\"majority-class 1\",\"elders\"]");
  }

  @Test
  void specialists_areCountedByWindow() throws IOException {
    CellResult result = Cells.run(Cells.cell("regime_s4s", "adaptive-awake", 600));

    CellResult.SpecialistUse use = result.experts().specialists();
    assertThat(use.names())
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("\\d+(\\.\\d+)+"));
    assertThat(use.weight()).hasSize(10);
    // with nobody asleep each router, and the library, gives a weight of 1 away with every event
    long routers = use.names().stream().filter(name -> name.endsWith(".0")).count();
    for (List<Double> window : use.weight()) {
      assertThat(window).hasSameSizeAs(use.names());
      assertThat(sum(window)).isCloseTo(routers, within(1e-6));
    }
    // all are asked at first
    assertThat(use.evaluations()).isCloseTo(use.names().size(), within(1e-9));
  }

  @Test
  void learnersWithoutSpecialists_haveNoneWrittenDown() throws IOException {
    assertThat(Cells.run(Cells.cell("led_a", "paper-data", 200)).experts().specialists()).isNull();
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  @Test
  void costs_areMeasured() throws IOException {
    CellResult.Cost small = Cells.run(Cells.cell("rbf_m", "kNN", 500)).cost();
    CellResult.Cost large = Cells.run(Cells.cell("rbf_m", "kNN", 1_000)).cost();

    // kNN keeps up to 1,000 events of 11 doubles: the model grows by at least the values
    assertThat(large.modelBytes() - small.modelBytes()).isGreaterThan(500 * 11 * 8);
    assertThat(large.cpuSeconds()).isPositive();
    assertThat(large.wallSeconds()).isPositive();
    assertThat(large.allocatedBytes()).isGreaterThan(1_000 * 11 * 8);
  }

  @Test
  void malformedRow_failsWithFileAndLine(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.arff"),
            "@relation r\n@attribute a numeric\n@attribute class {x,y}\n@data\n1,x\n2,y\nzwei,x\n");
    Cell cell =
        new Cell(
            StreamSource.file("bad.arff", file, "class", List.of()),
            LearnerCatalog.named("NaiveBayes"),
            1,
            100,
            LabelArrival.IMMEDIATE,
            1,
            10,
            List.of(),
            0);

    CellResult result = new InProcess(Cells.NOBODY, false).execute(cell, events -> {});

    assertThat(result.failed()).isTrue();
    assertThat(result.failure()).contains("bad.arff:7").contains("zwei");
  }
}
