// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One stream for the page.
 *
 * @param description what it is and where it comes from
 * @param facts null when no cell finished
 * @param hashes of its events by seed
 * @param cells by learner
 * @param recovery by drift and learner; empty when it was not measured
 * @param experts of learners with a gate
 * @param specialists of learners that have some
 * @param detections by learner and detector
 * @param delays mean accuracy by learner and setting
 */
record StreamData(
    String name,
    String description,
    CellResult.@Nullable StreamFacts facts,
    Map<Long, String> hashes,
    List<LearnerCell> cells,
    List<List<String>> recovery,
    List<Experts> experts,
    List<SpecialistData> specialists,
    List<PageData.Detection> detections,
    List<List<Double>> delays) {
  /** A screen has no more columns to tell apart. */
  static final int MOST_COLUMNS = 400;

  private static final double DIGITS = 1e4;

  /**
   * A learner on the stream.
   *
   * @param means by measure
   * @param deviations by measure, over the seeds
   * @param ends of the windows
   * @param accuracy by window, mean over the seeds
   * @param kappaM by window, mean over the seeds
   * @param alarms of all seeds
   */
  record LearnerCell(
      int runs,
      int finished,
      List<Double> means,
      List<Double> deviations,
      List<Long> ends,
      List<Double> accuracy,
      List<Double> kappaM,
      List<Alarm> alarms) {}

  record Alarm(long seed, long at) {}

  /**
   * Experts of one run: those of different seeds have nothing in common, so that no mean is shown.
   *
   * @param learner its index
   * @param names of the experts
   * @param weight [windows x experts]
   * @param trained [windows x experts]
   */
  record Experts(
      int learner,
      long seed,
      List<String> names,
      List<Long> ends,
      List<List<Double>> weight,
      List<List<Double>> trained) {}

  static StreamData of(Results results, String stream) {
    List<String> learners = results.learnerNames();
    List<List<Double>> delays = new ArrayList<>();
    for (String learner : learners) {
      List<Double> row = new ArrayList<>();
      for (Setting setting : results.settings()) {
        row.add(
            PageData.finite(
                results.runs(stream, learner, setting).summary(Measure.ACCURACY).mean()));
      }
      delays.add(row);
    }
    return new StreamData(
        stream,
        results.description(stream),
        results.facts(stream).orElse(null),
        results.hashes(stream),
        learners.stream().map(learner -> cell(results.runs(stream, learner))).toList(),
        recovery(results, stream),
        experts(results, stream),
        SpecialistData.of(results, stream),
        PageData.detections(DetectionSummary.of(results, List.of(stream))),
        delays);
  }

  private static LearnerCell cell(Runs runs) {
    List<Summary> summaries = Measure.ALL.stream().map(runs::summary).toList();
    List<CellResult> finished = runs.finished();
    List<Alarm> alarms = new ArrayList<>();
    for (CellResult result : finished) {
      result.alarms().forEach(at -> alarms.add(new Alarm(result.cell().seed(), at)));
    }
    // all seeds see as many events, so that their windows end at the same places
    List<CellResult.Point> windows = finished.isEmpty() ? List.of() : finished.get(0).series();
    return new LearnerCell(
        runs.all().size(),
        finished.size(),
        summaries.stream().map(summary -> PageData.finite(summary.mean())).toList(),
        summaries.stream().map(summary -> PageData.finite(summary.sd())).toList(),
        windows.stream().map(CellResult.Point::end).toList(),
        means(finished, windows.size(), CellResult.Point::accuracy),
        means(finished, windows.size(), CellResult.Point::kappaM),
        alarms);
  }

  private static List<Double> means(
      List<CellResult> finished, int windows, ToDoubleFunction<CellResult.Point> value) {
    List<Double> means = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      int window = w;
      double[] values =
          finished.stream()
              .filter(result -> result.series().size() > window)
              .mapToDouble(result -> value.applyAsDouble(result.series().get(window)))
              .toArray();
      means.add(rounded(Summary.of(values).mean()));
    }
    return means;
  }

  /** A plot shows no more digits, and the page would carry them all. */
  static @Nullable Double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * DIGITS) / DIGITS : null;
  }

  private static List<List<String>> recovery(Results results, String stream) {
    int drifts =
        results.facts(stream).map(CellResult.StreamFacts::drifts).map(List::size).orElse(0);
    List<List<String>> rows = new ArrayList<>();
    boolean any = false;
    for (int d = 0; d < drifts; d++) {
      List<String> row = new ArrayList<>();
      for (String learner : results.learnerNames()) {
        Recovery recovery = Recovery.of(results.runs(stream, learner), d);
        any |= recovery.runs() > 0;
        row.add(recovery.text());
      }
      rows.add(row);
    }
    return any ? rows : List.of();
  }

  private static List<Experts> experts(Results results, String stream) {
    List<Experts> experts = new ArrayList<>();
    List<String> learners = results.learnerNames();
    for (int l = 0; l < learners.size(); l++) {
      for (CellResult run : results.runs(stream, learners.get(l)).finished()) {
        CellResult.ExpertUse use = run.experts();
        if (use != null) {
          experts.add(experts(l, run, use));
          break;
        }
      }
    }
    return experts;
  }

  private static Experts experts(int learner, CellResult run, CellResult.ExpertUse use) {
    int windows = Math.min(run.series().size(), use.weight().size());
    int perColumn = Math.max(1, (windows + MOST_COLUMNS - 1) / MOST_COLUMNS);
    List<Long> ends = new ArrayList<>();
    List<List<Double>> weight = new ArrayList<>();
    List<List<Double>> trained = new ArrayList<>();
    for (int from = 0; from < windows; from += perColumn) {
      int to = Math.min(windows, from + perColumn);
      ends.add(run.series().get(to - 1).end());
      weight.add(column(use.weight().subList(from, to)));
      trained.add(column(use.trained().subList(from, to)));
    }
    int experts = weight.isEmpty() ? 0 : weight.get(0).size();
    List<String> names = IntStream.range(0, experts).mapToObj(use::name).toList();
    return new Experts(learner, run.cell().seed(), names, ends, weight, trained);
  }

  private static List<Double> column(List<List<Double>> windows) {
    List<Double> means = new ArrayList<>();
    for (int e = 0; e < windows.get(0).size(); e++) {
      int expert = e;
      means.add(
          rounded(
              Summary.of(windows.stream().mapToDouble(window -> window.get(expert)).toArray())
                  .mean()));
    }
    return means;
  }
}
