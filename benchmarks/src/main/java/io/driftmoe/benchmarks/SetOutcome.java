// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prediction set and its label.
 *
 * @param held whether the true class was in the set
 * @param size number of classes in the set
 */
record SetOutcome(boolean held, int size) {

  /** Null where the forecast has no set. */
  static @Nullable SetOutcome of(Forecast forecast, int truth) {
    int[] set = forecast.set();
    return set == null ? null : new SetOutcome(Arrays.binarySearch(set, truth) >= 0, set.length);
  }
}
