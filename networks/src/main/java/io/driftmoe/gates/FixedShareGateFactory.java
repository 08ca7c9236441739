// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes exponentiated-gradient weights that follow the best expert and do not see the features.
 *
 * @param weights how fast they move
 */
public record FixedShareGateFactory(FixedShareConfig weights) implements GateFactory {

  /**
   * Rejects missing weights.
   *
   * @param weights how fast they move
   */
  public FixedShareGateFactory {
    Objects.requireNonNull(weights, "weights");
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return new FixedShareGate(FixedShare.create(shape.experts(), weights));
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    return new FixedShareGate(FixedShare.restore(shape.experts(), weights, in));
  }
}
