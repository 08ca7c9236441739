// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/**
 * A prediction that waits for its label.
 *
 * @param eventTime of its event, epoch milliseconds, or {@link #UNKNOWN_TIME}
 */
record WaitingPrediction(long eventTime, PendingPrediction prediction) {
  /** Of a prediction that an older version saved: any label of its id belongs to it. */
  static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** Heap of the record itself. */
  static final int OBJECT_BYTES = 24;
}
