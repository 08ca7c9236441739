// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.MemberUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down, window by window, which specialists inside of a mixture's experts served. */
final class SpecialistUseTracker {
  private final MixtureView mixture;
  private final List<List<Double>> weights = new ArrayList<>();
  private List<MemberUse> before;

  SpecialistUseTracker(MixtureView mixture) {
    this.mixture = mixture;
    this.before = mixture.specialistUse();
  }

  /**
   * @param events of the window that ends, at least 1
   */
  void endWindow(long events) {
    List<MemberUse> now = mixture.specialistUse();
    List<Double> means = new ArrayList<>(now.size());
    for (int s = 0; s < now.size(); s++) {
      means.add(since(before.get(s), now.get(s)) / events);
    }
    weights.add(means);
    before = now;
  }

  /** An expert that has been replaced meanwhile counts from its own start. */
  private static double since(MemberUse before, MemberUse now) {
    return now.weight() < before.weight() ? now.weight() : now.weight() - before.weight();
  }

  /** Null when there are no specialists. */
  CellResult.@Nullable SpecialistUse use() {
    if (before.isEmpty()) {
      return null;
    }
    return new CellResult.SpecialistUse(
        mixture.specialistEvaluations(), before.stream().map(MemberUse::name).toList(), weights);
  }
}
