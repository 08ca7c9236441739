// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/**
 * A prediction that waits for its label.
 *
 * @param eventTime of its event, epoch milliseconds, or {@link #UNKNOWN_TIME}
 * @param generation of the {@linkplain ModelState#generation model} that made it
 */
record WaitingPrediction(long eventTime, int generation, PendingPrediction prediction) {
  /** Of a prediction that an older version saved: any label of its id belongs to it. */
  static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** Of the first model of its key. */
  WaitingPrediction(long eventTime, PendingPrediction prediction) {
    this(eventTime, 0, prediction);
  }

  /** Heap of the record itself. */
  static final int OBJECT_BYTES = 24;
}
