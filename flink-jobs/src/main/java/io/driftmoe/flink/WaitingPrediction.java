// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import java.util.List;

/**
 * A prediction that waits for its label.
 *
 * @param eventTime of its event, epoch milliseconds, or {@link #UNKNOWN_TIME}
 * @param generation of the {@linkplain ModelState#generation model} that made it
 * @param shadows what branches predicted for the same event
 */
record WaitingPrediction(
    long eventTime, int generation, PendingPrediction prediction, List<ShadowPrediction> shadows) {
  /** Of a prediction that an older version saved: any label of its id belongs to it. */
  static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** Of the first model of its key, which has no branches. */
  WaitingPrediction(long eventTime, PendingPrediction prediction) {
    this(eventTime, 0, prediction, List.of());
  }

  /** Whether it is of the first model of its key, which has no branches. */
  boolean isPlain() {
    return generation == 0 && shadows.isEmpty();
  }

  /** Heap of the record itself. */
  static final int OBJECT_BYTES = 32;
}
