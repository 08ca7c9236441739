// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.List;

/**
 * How soon a learner was itself again after one planted drift.
 *
 * @param meanEvents until then, over the runs in which it was; NaN when there is none
 * @param recovered runs in which it was
 * @param runs that have a measurement
 */
record Recovery(double meanEvents, int recovered, int runs) {

  /**
   * @param drift index of the drift in its stream
   */
  static Recovery of(Runs runs, int drift) {
    List<Long> measured =
        runs.finished().stream()
            .map(CellResult::scores)
            .map(CellResult.Scores::recovery)
            .filter(recovery -> recovery.size() > drift)
            .map(recovery -> recovery.get(drift))
            .toList();
    double[] events =
        measured.stream().filter(value -> value >= 0).mapToDouble(Long::doubleValue).toArray();
    return new Recovery(Summary.of(events).mean(), events.length, measured.size());
  }

  String text() {
    if (runs == 0) {
      return "–";
    }
    if (recovered == 0) {
      return "not";
    }
    String some = recovered == runs ? "" : " (%s of %s)".formatted(recovered, runs);
    return Numbers.fixed(meanEvents, 0) + some;
  }
}
