// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The tables for programs. What a run has no number for is empty. */
final class CsvTables {
  private static final List<String> CELL =
      List.of("stream", "learner", "seed", "label_delay", "label_share", "folds");

  private final List<CellResult> results;

  CsvTables(List<CellResult> results) {
    this.results = results;
  }

  /** One row per cell, failed ones too. */
  String results() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            ("stream,learner,seed,events,accuracy,kappa,kappa_m,kappa_t,cpu_seconds,"
                    + "events_per_cpu_second,wall_seconds,model_bytes,balanced_accuracy,macro_f1,"
                    + "log_loss,calibration_error,recovery_events,allocated_bytes_per_event,"
                    + "process_cpu_seconds,heap_bytes,specialist_evaluations,label_delay,label_share,folds,"
                    + "fold_accuracy_sd,drift_events,failure,command,configuration,data_sha256,commit,jvm,"
                    + "processor,started")
                .split(",")));
    results.forEach(result -> rows.add(result(result)));
    return csv(rows);
  }

  private static List<String> result(CellResult result) {
    Cell cell = result.cell();
    CellResult.Provenance origin = result.provenance();
    Optional<CellResult.StreamFacts> stream = Optional.ofNullable(result.stream());
    Optional<CellResult.Cost> cost = Optional.ofNullable(result.cost());
    Optional<List<Long>> recovery =
        Optional.ofNullable(result.scores()).map(CellResult.Scores::recovery);
    return List.of(
        cell.stream().name(),
        cell.learner().name(),
        Long.toString(cell.seed()),
        stream.map(facts -> Long.toString(facts.events())).orElse(""),
        number(result, Measure.ACCURACY),
        number(result, Measure.KAPPA),
        number(result, Measure.KAPPA_M),
        number(result, Measure.KAPPA_T),
        number(result, Measure.CPU_SECONDS),
        number(result, Measure.SPEED),
        cost.map(spent -> Numbers.plain(spent.wallSeconds())).orElse(""),
        number(result, Measure.MODEL_BYTES),
        number(result, Measure.BALANCED_ACCURACY),
        number(result, Measure.MACRO_F1),
        number(result, Measure.LOG_LOSS),
        number(result, Measure.CALIBRATION_ERROR),
        recovery
            .map(events -> events.stream().map(String::valueOf).collect(Collectors.joining(";")))
            .orElse(""),
        number(result, Measure.ALLOCATION),
        cost.map(spent -> Numbers.plain(spent.processCpuSeconds())).orElse(""),
        number(result, Measure.HEAP_BYTES),
        number(result, Measure.SPECIALISTS),
        cell.labels().delayText(),
        Numbers.plain(cell.labels().share()),
        Integer.toString(cell.folds()),
        Numbers.plain(foldSpread(result)),
        result.failed() ? "" : Integer.toString(result.alarms().size()),
        result.failed() ? result.failure() : "",
        origin.command(),
        origin.configuration(),
        stream.map(CellResult.StreamFacts::sha256).orElse(""),
        origin.commit(),
        origin.jvm(),
        origin.processor(),
        origin.started());
  }

  private static double foldSpread(CellResult result) {
    return Summary.of(result.foldAccuracies().stream().mapToDouble(Double::doubleValue).toArray())
        .sd();
  }

  private static String number(CellResult result, Measure measure) {
    return result.failed() ? "" : Numbers.plain(measure.of(result));
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
                Numbers.plain(detection.meanTimeBetweenFalseAlarms())));
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
            "mean_time_between_false_alarms"),
        rows);
  }

  /** One row per cell, window and expert; empty when no learner has a gate. */
  Optional<String> experts() {
    List<List<String>> rows = new ArrayList<>();
    for (CellResult result : results) {
      if (result.experts() != null) {
        experts(result, rows);
      }
    }
    return below(columns(CELL, "window_end", "expert", "gate_weight", "trained_share"), rows);
  }

  private static void experts(CellResult result, List<List<String>> rows) {
    List<List<Double>> weight = result.experts().weight();
    List<List<Double>> trained = result.experts().trained();
    int windows = Math.min(weight.size(), result.series().size());
    for (int w = 0; w < windows; w++) {
      for (int e = 0; e < weight.get(w).size(); e++) {
        rows.add(
            columns(
                cell(result.cell()),
                Long.toString(result.series().get(w).end()),
                Integer.toString(e),
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
          regret -> regret.byLearner().keySet().forEach(l -> rows.add(regret(regret, l))));
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

  private static List<String> regret(Regret regret, String learner) {
    Summary lost = regret.byLearner().get(learner);
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

  private static String csv(List<List<String>> rows) {
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
