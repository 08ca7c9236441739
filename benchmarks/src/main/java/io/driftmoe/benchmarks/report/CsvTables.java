// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.ScoreMeasure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The tables for programs. What a run has no number for is empty. */
final class CsvTables {
  private static final List<String> CELL =
      List.of("stream", "learner", "seed", "label_delay", "label_share", "folds");

  private static final List<ScoreMeasure> FIRST_SCORES =
      List.of(
          ScoreMeasure.ACCURACY, ScoreMeasure.KAPPA, ScoreMeasure.KAPPA_M, ScoreMeasure.KAPPA_T);

  /**
   * A column of the table of results.
   *
   * @param text of a result; empty when there is none
   */
  private record Column(String name, Function<CellResult, String> text) {}

  /** Columns for programs keep their names; the first twelve also keep their places. */
  private static final List<Column> RESULTS = resultColumns();

  private final List<CellResult> results;

  CsvTables(List<CellResult> results) {
    this.results = results;
  }

  private static List<Column> resultColumns() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("stream", result -> result.cell().stream().name()));
    columns.add(new Column("learner", result -> result.cell().learner().name()));
    columns.add(new Column("seed", result -> Long.toString(result.cell().seed())));
    columns.add(facts("events", facts -> Long.toString(facts.events())));
    FIRST_SCORES.forEach(score -> columns.add(score(score)));
    columns.add(measure("cpu_seconds", Measure.CPU_SECONDS));
    columns.add(measure("events_per_cpu_second", Measure.SPEED));
    columns.add(cost("wall_seconds", CellResult.Cost::wallSeconds));
    columns.add(measure("model_bytes", Measure.MODEL_BYTES));
    Arrays.stream(ScoreMeasure.values())
        .filter(score -> !FIRST_SCORES.contains(score))
        .forEach(score -> columns.add(score(score)));
    columns.add(new Column("recovery_events", CsvTables::recovery));
    columns.add(measure("allocated_bytes_per_event", Measure.ALLOCATION));
    columns.add(cost("process_cpu_seconds", CellResult.Cost::processCpuSeconds));
    columns.add(measure("heap_bytes", Measure.HEAP_BYTES));
    columns.add(measure("specialist_evaluations", Measure.SPECIALISTS));
    columns.add(new Column("label_delay", result -> result.cell().labels().delayText()));
    columns.add(new Column("label_share", result -> Numbers.plain(result.cell().labels().share())));
    columns.add(new Column("label_budget", result -> result.cell().labels().budgetText()));
    columns.add(new Column("folds", result -> Integer.toString(result.cell().folds())));
    columns.add(new Column("fold_accuracy_sd", result -> Numbers.plain(foldSpread(result))));
    columns.add(
        new Column(
            "drift_events",
            result -> result.failed() ? "" : Integer.toString(result.alarms().size())));
    columns.add(new Column("failure", CellResult::reason));
    columns.add(new Column("command", result -> result.provenance().command()));
    columns.add(new Column("configuration", result -> result.provenance().configuration()));
    columns.add(facts("data_sha256", CellResult.StreamFacts::sha256));
    columns.add(new Column("commit", result -> result.provenance().commit()));
    columns.add(new Column("jvm", result -> result.provenance().jvm()));
    columns.add(new Column("processor", result -> result.provenance().processor()));
    columns.add(new Column("started", result -> result.provenance().started()));
    return List.copyOf(columns);
  }

  private static Column measure(String name, Measure measure) {
    return new Column(name, result -> result.failed() ? "" : Numbers.plain(measure.of(result)));
  }

  private static Column score(ScoreMeasure score) {
    return measure(score.column(), Measure.of(score));
  }

  private static Column facts(String name, Function<CellResult.StreamFacts, String> text) {
    return new Column(name, result -> result.failed() ? "" : text.apply(result.stream()));
  }

  private static Column cost(String name, ToDoubleFunction<CellResult.Cost> value) {
    return new Column(
        name, result -> result.failed() ? "" : Numbers.plain(value.applyAsDouble(result.cost())));
  }

  private static String recovery(CellResult result) {
    return result.failed()
        ? ""
        : result.scores().recovery().stream().map(String::valueOf).collect(Collectors.joining(";"));
  }

  /** One row per cell, failed ones too. */
  String results() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(RESULTS.stream().map(Column::name).toList());
    for (CellResult result : results) {
      rows.add(RESULTS.stream().map(column -> column.text().apply(result)).toList());
    }
    return csv(rows);
  }

  private static double foldSpread(CellResult result) {
    return Summary.of(result.foldAccuracies().stream().mapToDouble(Double::doubleValue).toArray())
        .sd();
  }

  /** One row per cell and window. */
  String series() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns(CELL, "window_end", "accuracy", "kappa_m"));
    for (CellResult result : results) {
      for (CellResult.Point point : result.series()) {
        rows.add(
            columns(
                cell(result.cell()),
                Long.toString(point.end()),
                Numbers.plain(point.accuracy()),
                Numbers.plain(point.kappaM())));
      }
    }
    return csv(rows);
  }

  /** One row per cell and detector; empty when no cell has a detector. */
  Optional<String> detections() {
    List<List<String>> rows = new ArrayList<>();
    for (CellResult result : results) {
      for (CellResult.Detection detection : result.detections()) {
        rows.add(
            columns(
                cell(result.cell()),
                detection.detector(),
                Integer.toString(detection.drifts()),
                Integer.toString(detection.detected()),
                Integer.toString(detection.missed()),
                Integer.toString(detection.falseAlarms()),
                Numbers.plain(detection.meanDelay()),
                Numbers.plain(detection.meanTimeBetweenFalseAlarms()),
                Objects.toString(detection.prompt(), ""),
                Objects.toString(detection.quietEvents(), "")));
      }
    }
    return below(
        columns(
            CELL,
            "detector",
            "drifts",
            "detected",
            "missed",
            "false_alarms",
            "mean_delay",
            "mean_time_between_false_alarms",
            "detected_within_1000",
            "quiet_events"),
        rows);
  }

  /** One row per cell, window and expert; empty when no learner has a gate. */
  Optional<String> experts() {
    List<List<String>> rows = new ArrayList<>();
    for (CellResult result : results) {
      CellResult.ExpertUse use = result.experts();
      if (use != null) {
        experts(result, use, rows);
      }
    }
    return below(
        columns(CELL, "window_end", "expert", "name", "gate_weight", "trained_share"), rows);
  }

  private static void experts(
      CellResult result, CellResult.ExpertUse use, List<List<String>> rows) {
    List<List<Double>> weight = use.weight();
    List<List<Double>> trained = use.trained();
    int windows = Math.min(weight.size(), result.series().size());
    for (int w = 0; w < windows; w++) {
      for (int e = 0; e < weight.get(w).size(); e++) {
        rows.add(
            columns(
                cell(result.cell()),
                Long.toString(result.series().get(w).end()),
                Integer.toString(e),
                use.name(e),
                Numbers.plain(weight.get(w).get(e)),
                Numbers.plain(trained.get(w).get(e))));
      }
    }
  }

  /** One row per stream, oracle, learner and setting; empty when no oracle ran. */
  Optional<String> regret() {
    List<List<String>> rows = new ArrayList<>();
    for (List<Regret> table : Regret.tables(new Results(results))) {
      table.forEach(
          regret ->
              regret
                  .byLearner()
                  .forEach((learner, lost) -> rows.add(regret(regret, learner, lost))));
    }
    return below(
        List.of(
            "stream",
            "oracle",
            "learner",
            "label_delay",
            "label_share",
            "folds",
            "seeds",
            "regret",
            "regret_sd"),
        rows);
  }

  private static List<String> regret(Regret regret, String learner, Summary lost) {
    return List.of(
        regret.stream(),
        regret.oracle(),
        learner,
        regret.setting().labels().delayText(),
        Numbers.plain(regret.setting().labels().share()),
        Integer.toString(regret.setting().folds()),
        Integer.toString(lost.count()),
        Numbers.plain(lost.mean()),
        Numbers.plain(lost.sd()));
  }

  /** One row per learner, the best first; empty when there is nothing to compare. */
  Optional<String> standings() {
    List<List<String>> rows = new ArrayList<>();
    for (Standing standing : Standing.of(new Results(results))) {
      rows.add(
          List.of(
              standing.learner(),
              Numbers.plain(standing.meanRank()),
              Integer.toString(standing.first()),
              Numbers.plain(standing.largestGap()),
              standing.gapStream(),
              String.join(" ", standing.failed())));
    }
    return below(
        List.of("learner", "mean_rank", "first", "largest_gap", "gap_stream", "failed_on"), rows);
  }

  private static List<String> cell(Cell cell) {
    return List.of(
        cell.stream().name(),
        cell.learner().name(),
        Long.toString(cell.seed()),
        cell.labels().delayText(),
        Numbers.plain(cell.labels().share()),
        Integer.toString(cell.folds()));
  }

  private static List<String> columns(List<String> first, String... further) {
    List<String> row = new ArrayList<>(first);
    row.addAll(Arrays.asList(further));
    return row;
  }

  private static Optional<String> below(List<String> header, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    rows.add(0, header);
    return Optional.of(csv(rows));
  }

  /** Rows as the text of a file, quoted where needed. */
  static String csv(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      printer.printRecords(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing to fail when it goes to memory
    }
    return text.toString();
  }
}
