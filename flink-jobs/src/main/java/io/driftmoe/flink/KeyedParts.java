// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps under one key, as a savepoint holds it; null for what it does not keep.
 *
 * @param model {@link MixtureFunction#MODEL_STATE}
 * @param join {@link LabelJoin#JOIN_STATE}
 * @param predictions {@link LabelJoin#PREDICTIONS_STATE}
 * @param labels {@link LabelJoin#LABELS_STATE}
 */
record KeyedParts(
    byte @Nullable [] model,
    byte @Nullable [] join,
    byte @Nullable [] predictions,
    byte @Nullable [] labels) {

  /** Reads those of a key, which is the current one afterwards. */
  static KeyedParts read(HeapKeyedStateBackend<String> state, ModelSpec spec, String stateKey)
      throws IOException {
    return new KeyedStates(state, spec).read(stateKey);
  }
}
