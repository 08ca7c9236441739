// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes fixed-share weights that begin with trust in the last expert: one that knows something when
 * the others have learned nothing, such as the vote of a model that others have trained.
 *
 * @param weights how fast they move
 * @param trust weight of the last expert at the beginning, from 0 to 1 (both exclusive); the others
 *     share the rest
 */
public record TrustedShareGateFactory(FixedShareConfig weights, double trust)
    implements GateFactory {

  /**
   * Checks the range.
   *
   * @param weights how fast they move
   * @param trust from 0 to 1 (both exclusive)
   * @throws IllegalArgumentException naming trust when it is out of its range
   */
  public TrustedShareGateFactory {
    Objects.requireNonNull(weights, "weights");
    if (!(trust > 0 && trust < 1)) {
      throw new IllegalArgumentException(
          "trust must lie between 0 and 1 (both exclusive), got " + trust);
    }
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return new FixedShareGate(FixedShare.trusting(shape.experts(), weights, trust));
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    return new FixedShareGate(FixedShare.restore(shape.experts(), weights, in));
  }
}
