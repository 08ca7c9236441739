// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.List;

/**
 * What a learner cost over all streams it finished on, each stream's mean over the seeds counting
 * once.
 *
 * @param speed events per CPU second, geometric mean
 * @param modelBytes mean
 * @param allocation bytes per event, mean
 * @param cpuSeconds sum of the streams' means
 * @param specialists asked per learned event, mean; NaN where there are none
 * @param accuracy mean, in per cent
 * @param streams it finished on
 */
record LearnerCost(
    String learner,
    double speed,
    double modelBytes,
    double allocation,
    double cpuSeconds,
    double specialists,
    double accuracy,
    int streams) {

  /** One per learner. */
  static List<LearnerCost> of(Results results) {
    return results.learnerNames().stream().map(learner -> of(results, learner)).toList();
  }

  private static LearnerCost of(Results results, String learner) {
    List<Runs> finished =
        results.streams().stream()
            .map(stream -> results.runs(stream, learner))
            .filter(runs -> !runs.finished().isEmpty())
            .toList();
    return new LearnerCost(
        learner,
        Summary.geometricMean(means(finished, Measure.SPEED)),
        Summary.of(means(finished, Measure.MODEL_BYTES)).mean(),
        Summary.of(means(finished, Measure.ALLOCATION)).mean(),
        finished.isEmpty() ? Double.NaN : sum(means(finished, Measure.CPU_SECONDS)),
        Summary.of(means(finished, Measure.SPECIALISTS)).mean(),
        Summary.of(means(finished, Measure.ACCURACY)).mean(),
        finished.size());
  }

  private static double[] means(List<Runs> finished, Measure measure) {
    return finished.stream().mapToDouble(runs -> runs.summary(measure).mean()).toArray();
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
