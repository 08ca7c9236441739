// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/**
 * What a branch predicted for an event whose label has yet to come; it was sent to nobody.
 *
 * @param number of the branch
 */
record ShadowPrediction(int number, PendingPrediction prediction) {
  /** Heap of the record itself, and of its place in a list. */
  static final int OBJECT_BYTES = 32;
}
