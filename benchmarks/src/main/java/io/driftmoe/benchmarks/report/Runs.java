// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.List;

/**
 * The cells of one learner on one stream in one setting, one for each seed.
 *
 * @param all in the order of the seeds
 */
record Runs(List<CellResult> all) {

  List<CellResult> finished() {
    return all.stream().filter(result -> !result.failed()).toList();
  }

  /** Whether it ran with every seed: a mean over fewer is not the mean of the others. */
  boolean complete() {
    return !all.isEmpty() && finished().size() == all.size();
  }

  /** Over the seeds that finished. */
  Summary summary(Measure measure) {
    return Summary.of(finished().stream().mapToDouble(measure::of).toArray());
  }

  /** The largest over the seeds that finished; NaN when none has a number. */
  double largest(Measure measure) {
    return finished().stream()
        .mapToDouble(measure::of)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }
}
