// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.router.Objective;
import io.driftmoe.router.PendingPrediction;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/**
 * A prediction of a {@link Fleet} that waits for its label. Immutable.
 *
 * @param key of the model that made it
 * @param begun which of the models that this key has had
 * @param prediction what was predicted, with what it was made of
 */
public record FleetPrediction(String key, long begun, PendingPrediction prediction) {
  private static final String TAG = "FLPR";
  private static final int VERSION = 1;

  /**
   * Rejects missing parts.
   *
   * @param key of the model that made it
   * @param begun which of the models that this key has had
   * @param prediction what was predicted, with what it was made of
   */
  public FleetPrediction {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(prediction, "prediction");
  }

  /**
   * {@return the index of the predicted class: the most probable one, the first of several, unless
   * the settings have another {@link Objective} than accuracy}
   */
  public int predictedClass() {
    return prediction.predictedClass();
  }

  /** {@return one probability per class, from 0 to 1, summing to 1; a copy} */
  public double[] probabilities() {
    return prediction.probabilities();
  }

  /** {@return whether it has a prediction set: whether the settings name a coverage to keep} */
  public boolean hasPredictionSet() {
    return prediction.hasPredictionSet();
  }

  /**
   * {@return indices of the classes that are likely enough, in declared order; see {@link
   * PendingPrediction#predictionSet()}}
   */
  public int[] predictionSet() {
    return prediction.predictionSet();
  }

  /**
   * Writes the prediction as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotText.write(out, key);
    out.writeLong(begun);
    prediction.writeTo(out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return a prediction equal to the one that was written
   * @throws IOException when the bytes are truncated, of an unknown version or contradict
   *     themselves
   */
  public static FleetPrediction readFrom(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    return new FleetPrediction(
        SnapshotText.read(in), in.readLong(), PendingPrediction.readFrom(in));
  }
}
