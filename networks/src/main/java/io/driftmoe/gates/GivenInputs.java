// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.FeatureVector;
import java.io.DataOutput;

/**
 * Inputs that the owner of a gate has encoded for purposes of its own, so that each event is
 * encoded once. They are the owner's state, and no part of the gate's snapshot.
 *
 * @param values of the event that the gate is asked about next, or learns next; the owner changes
 *     them
 */
public record GivenInputs(float[] values) implements GateInputs {

  @Override
  public int width() {
    return values.length;
  }

  @Override
  public void encode(FeatureVector features, float[] target, int at) {
    System.arraycopy(values, 0, target, at, values.length);
  }

  @Override
  public void update(FeatureVector features) {}

  @Override
  public void writeSnapshot(DataOutput out) {}
}
