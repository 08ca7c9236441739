// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import java.io.DataOutput;
import java.io.IOException;

/** Turns features into what a gating network reads. */
public interface GateInputs {

  /** {@return how many values each event has, at least 1} */
  int width();

  /**
   * Writes the inputs for these features.
   *
   * @param features one value per attribute of the schema
   * @param target receives {@link #width()} finite values
   * @param at position of the first of them
   */
  void encode(FeatureVector features, float[] target, int at);

  /**
   * Takes note of the features of a learned event.
   *
   * @param features those of the event
   */
  void update(FeatureVector features);

  /**
   * Writes what has been learned about features as versioned bytes; nothing where that is nothing.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  void writeSnapshot(DataOutput out) throws IOException;
}
