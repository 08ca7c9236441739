// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.List;

/**
 * How a learner did on a stream with groups, half of which came late; see {@link GroupComparison}.
 *
 * @param stream name
 * @param group attribute that names the group
 * @param learner name
 * @param design how learners are divided among the groups
 * @param seed of the learner
 * @param delay of the labels, for people
 * @param events that were predicted
 * @param groups in all
 * @param late groups that came late
 * @param curve of the late groups: at each of {@link GroupComparison#POINTS} the accuracy in % over
 *     the events of each group since the point before, NaN where there are none
 * @param first100 accuracy in % over the first 100 events of each late group
 * @param first500 likewise, 500
 * @param later accuracy in % over all events of late groups beyond their first 500
 * @param all accuracy in % over all events
 * @param cpuSeconds of predicting and learning
 */
public record GroupResult(
    String stream,
    String group,
    String learner,
    GroupDesign design,
    long seed,
    String delay,
    long events,
    int groups,
    int late,
    List<Double> curve,
    double first100,
    double first500,
    double later,
    double all,
    double cpuSeconds) {

  /** Copies the curve. */
  public GroupResult {
    curve = List.copyOf(curve);
  }
}
