// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one detector did in several runs of a learner, on planted drifts.
 *
 * @param learner whose errors it saw
 * @param detector its name
 * @param drifts planted in all runs together
 * @param detected of them
 * @param missed of them
 * @param falseAlarms in all runs together
 * @param meanDelay events, over all detected drifts; NaN without any
 * @param meanTimeBetweenFalseAlarms events, over the runs that had a false alarm; NaN without any
 * @param prompt drifts detected within 1,000 events; NaN where a run did not count them
 * @param quietEvents events at which no drift was going on; NaN where a run did not count them
 */
record DetectionSummary(
    String learner,
    String detector,
    int drifts,
    int detected,
    int missed,
    int falseAlarms,
    double meanDelay,
    double meanTimeBetweenFalseAlarms,
    double prompt,
    double quietEvents) {

  /**
   * One for every learner and detector, over seeds and those of the given streams that have planted
   * drifts: elsewhere it is unknown which alarms are false.
   */
  static List<DetectionSummary> of(Results results, List<String> streams) {
    List<DetectionSummary> summaries = new ArrayList<>();
    for (String learner : results.learnerNames()) {
      Map<String, List<CellResult.Detection>> byDetector = new LinkedHashMap<>();
      for (String stream : streams) {
        for (CellResult result : results.runs(stream, learner).finished()) {
          for (CellResult.Detection detection : result.detections()) {
            if (detection.drifts() > 0) {
              byDetector
                  .computeIfAbsent(detection.detector(), unused -> new ArrayList<>())
                  .add(detection);
            }
          }
        }
      }
      byDetector.forEach((detector, runs) -> summaries.add(of(learner, detector, runs)));
    }
    return summaries;
  }

  private static DetectionSummary of(
      String learner, String detector, List<CellResult.Detection> runs) {
    int detected = runs.stream().mapToInt(CellResult.Detection::detected).sum();
    double delays =
        runs.stream()
            .filter(run -> run.detected() > 0)
            .mapToDouble(run -> run.meanDelay() * run.detected())
            .sum();
    double[] between =
        runs.stream().mapToDouble(CellResult.Detection::meanTimeBetweenFalseAlarms).toArray();
    return new DetectionSummary(
        learner,
        detector,
        runs.stream().mapToInt(CellResult.Detection::drifts).sum(),
        detected,
        runs.stream().mapToInt(CellResult.Detection::missed).sum(),
        runs.stream().mapToInt(CellResult.Detection::falseAlarms).sum(),
        detected == 0 ? Double.NaN : delays / detected,
        Summary.of(between).mean(),
        sum(runs, CellResult.Detection::prompt),
        sum(runs, CellResult.Detection::quietEvents));
  }

  private static double sum(
      List<CellResult.Detection> runs, Function<CellResult.Detection, @Nullable Number> count) {
    double sum = 0;
    for (CellResult.Detection run : runs) {
      Number counted = count.apply(run);
      sum += counted == null ? Double.NaN : counted.doubleValue();
    }
    return sum;
  }
}
