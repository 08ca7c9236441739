// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * The same with the roles of now: what the present model predicted stands first, whether it was
   * sent or not, and what was predicted by the model of then stands among the shadows.
   *
   * @param present {@linkplain ModelState#generation number} of the present model
   * @return null where the present model did not predict the event
   */
  @Nullable WaitingPrediction inRolesOf(int present) {
    if (generation == present) {
      return this;
    }
    for (ShadowPrediction shadow : shadows) {
      if (shadow.number() == present) {
        List<ShadowPrediction> others = new ArrayList<>(shadows);
        others.remove(shadow);
        others.add(new ShadowPrediction(generation, prediction));
        PendingPrediction own =
            prediction.question().map(shadow.prediction()::asking).orElse(shadow.prediction());
        return new WaitingPrediction(eventTime, present, own, others);
      }
    }
    return null;
  }

  /** Whether it is of the first model of its key, which has no branches. */
  boolean isPlain() {
    return generation == 0 && shadows.isEmpty();
  }

  /** Heap of the record itself. */
  static final int OBJECT_BYTES = 32;
}
