// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.CellResult;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.StreamSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results that no learner had to run for. */
final class Fixture {
  static final String HOSTILE = "</script><b>x</b>|`*";
  static final long EVENTS = 10_000;

  private static final List<CellResult.Drift> ABRUPT =
      List.of(new CellResult.Drift(3_000, 1), new CellResult.Drift(7_000, 1));
  private static final List<CellResult.Drift> GRADUAL = List.of(new CellResult.Drift(5_000, 2_000));

  private Fixture() {}

  static Cell cell(String stream, String learner, long seed) {
    return cell(stream, learner, seed, EVENTS, LabelArrival.IMMEDIATE);
  }

  static Cell cell(String stream, String learner, long seed, long events, LabelArrival labels) {
    LearnerSpec spec =
        switch (learner) {
          case "paper-data", "paper-task" ->
              new LearnerSpec(learner, LearnerSpec.Kind.MIXTURE, "{}");
          case "oracle-source" -> new LearnerSpec(learner, LearnerSpec.Kind.ORACLE, "TRUE_SOURCE");
          case "no-change" -> new LearnerSpec(learner, LearnerSpec.Kind.MOA, "functions.NoChange");
          default -> new LearnerSpec(learner, LearnerSpec.Kind.MOA, "trees." + learner);
        };
    return new Cell(
        StreamSource.catalogued(stream), spec, seed, events, labels, 1, 500, List.of(), 0);
  }

  static LabelArrival delay(long least, long most) {
    return new LabelArrival(least, most, Map.of(), 1);
  }

  /** A finished cell; mixtures of ours have experts and alarms, and detectors that were scored. */
  static CellResult done(Cell cell, double accuracy) {
    boolean own = cell.learner().kind() == LearnerSpec.Kind.MIXTURE;
    List<CellResult.Drift> drifts = drifts(cell.stream().name());
    return new CellResult(
        cell,
        null,
        new CellResult.StreamFacts(
            cell.stream().name(),
            cell.events(),
            5,
            List.of("a", "b"),
            drifts,
            "00112233445566778899" + cell.stream().name().length() + cell.seed()),
        new CellResult.Scores(
            Map.of(
                "accuracy",
                accuracy,
                "balancedAccuracy",
                accuracy - 1,
                "kappa",
                accuracy - 50,
                "kappaM",
                accuracy - 60,
                "kappaT",
                accuracy - 70,
                "macroF1",
                accuracy - 2,
                "logLoss",
                1 - accuracy / 100,
                "calibrationError",
                5.0),
            drifts.stream().map(drift -> drift.position() == 7_000 ? -1L : 250L).toList()),
        List.of(),
        new CellResult.Cost(0.5, Double.NaN, 0.75, 2048, 100 * cell.events(), null),
        series(cell, accuracy),
        own ? List.of(3_120L, 7_050L, 8_000L) : List.of(),
        own ? experts(cell) : null,
        own && !drifts.isEmpty() ? detections(drifts.size()) : List.of(),
        provenance());
  }

  static CellResult failed(Cell cell, String why) {
    return new CellResult(
        cell,
        why,
        null,
        null,
        List.of(),
        null,
        List.of(),
        List.of(),
        null,
        List.of(),
        provenance());
  }

  static CellResult withScores(CellResult result, CellResult.Scores scores, CellResult.Cost cost) {
    return new CellResult(
        result.cell(),
        null,
        result.stream(),
        scores,
        List.of(80.0, 82.0, 84.0),
        cost,
        result.series(),
        result.alarms(),
        result.experts(),
        result.detections(),
        result.provenance());
  }

  /** Three streams, four learners, two seeds; one learner failed on one stream. */
  static List<CellResult> suite() {
    List<CellResult> results = new ArrayList<>();
    String[] learners = {"paper-data", "HoeffdingTree", "no-change", HOSTILE};
    double[][] accuracies = {{82, 75, 50, 60}, {88, 86, 52, 70}, {81, 80, 85, 83}};
    String[] streams = {"led_a", "sea_g", "elec"};
    for (int s = 0; s < streams.length; s++) {
      for (int l = 0; l < learners.length; l++) {
        for (long seed = 1; seed <= 2; seed++) {
          Cell cell = cell(streams[s], learners[l], seed);
          boolean fails = l == 3 && s == 2 && seed == 2;
          results.add(
              fails
                  ? failed(cell, "java.lang.OutOfMemoryError: " + HOSTILE)
                  : done(cell, accuracies[s][l] + seed - 1.5));
        }
      }
    }
    return results;
  }

  /** The same with curves over label delays. */
  static List<CellResult> suiteWithDelays() {
    List<CellResult> results = new ArrayList<>(suite());
    for (LabelArrival labels : List.of(delay(0, 1_000), delay(1_000, 1_000), delay(100, 100))) {
      for (String stream : List.of("led_a", "elec")) {
        for (String learner : List.of("paper-data", "HoeffdingTree")) {
          results.add(
              done(cell(stream, learner, 1, EVENTS, labels), 70 - labels.maxDelay() / 100.0));
        }
      }
    }
    return results;
  }

  static CellResult.Provenance provenance() {
    return new CellResult.Provenance(
        "./driftmoe bench --moa 'a, \"b\"'",
        "a configuration",
        "abc123",
        "A JVM 17",
        "A processor, 2 cores",
        "2026-01-02T03:04:05Z");
  }

  private static List<CellResult.Drift> drifts(String stream) {
    return switch (stream) {
      case "led_a" -> ABRUPT;
      case "sea_g" -> GRADUAL;
      default -> List.of();
    };
  }

  private static List<CellResult.Point> series(Cell cell, double accuracy) {
    List<CellResult.Point> points = new ArrayList<>();
    for (long end = cell.window(); end <= Math.min(EVENTS, cell.events()); end += cell.window()) {
      double value = accuracy + 4 * Math.sin(end / 900.0);
      points.add(new CellResult.Point(end, value, value - 55));
    }
    return points;
  }

  /** Two streams with sources, three learners and the oracle, which lacks a seed on one. */
  static List<CellResult> suiteWithOracle() {
    List<CellResult> results = new ArrayList<>();
    String[] learners = {"paper-data", "HoeffdingTree", "no-change", "oracle-source"};
    double[][] accuracies = {{86, 75, 50, 90}, {81.5, 80, 50, 81}};
    String[] streams = {"regime_s4s", "regime_rec"};
    for (int s = 0; s < streams.length; s++) {
      for (int l = 0; l < learners.length; l++) {
        for (long seed = 1; seed <= 2; seed++) {
          Cell cell = cell(streams[s], learners[l], seed);
          boolean fails = l == 3 && s == 1 && seed == 2;
          double spread = l == 0 ? 2 * seed - 3 : 0;
          results.add(fails ? failed(cell, "no") : done(cell, accuracies[s][l] + spread));
        }
      }
    }
    return results;
  }

  private static CellResult.ExpertUse experts(Cell cell) {
    List<List<Double>> weight = new ArrayList<>();
    List<List<Double>> trained = new ArrayList<>();
    for (CellResult.Point point : series(cell, 50)) {
      double first = 0.5 + 0.4 * Math.sin(point.end() / 2_000.0);
      weight.add(List.of(first, (1 - first) * 0.75, (1 - first) * 0.25));
      trained.add(List.of(1.0, first, 0.0));
    }
    List<String> names = List.of("forest 0", "no-change 1", "routed-specialists 2");
    return new CellResult.ExpertUse(names, weight, trained, specialists(cell));
  }

  /** Fifteen specialists that take turns; the last ones hardly serve at all. */
  private static CellResult.SpecialistUse specialists(Cell cell) {
    List<String> names = new ArrayList<>();
    for (int s = 0; s < 15; s++) {
      names.add("2.0." + s);
    }
    List<List<Double>> weight = new ArrayList<>();
    for (CellResult.Point point : series(cell, 50)) {
      List<Double> row = new ArrayList<>();
      for (int s = 0; s < 15; s++) {
        row.add(s < 12 ? (point.end() / 500 % 12 == s ? 0.9 : 0.008) : 0.004);
      }
      weight.add(row);
    }
    return new CellResult.SpecialistUse(1.75, names, weight);
  }

  private static List<CellResult.Detection> detections(int drifts) {
    return List.of(
        new CellResult.Detection("own", drifts, 1, 1, 120, 5_000, 1, 9_000L),
        new CellResult.Detection("ADWIN", drifts, 0, 0, Double.NaN, Double.NaN, null, null));
  }
}
