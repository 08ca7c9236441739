// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import java.io.DataInput;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * Makes gates of one kind and configuration, fresh or from a snapshot. The weights of several gates
 * are multiplied and normalised (see {@link GateProduct}).
 */
public interface GateFactory {

  /**
   * Makes a gate that has learned nothing.
   *
   * @param shape what it reads and weighs
   * @param seed of its initial weights
   * @return a gate for features and experts of this shape
   */
  Gate create(GateShape shape, long seed);

  /**
   * Restores the gate that a snapshot holds; it continues bit for bit like the one that wrote it.
   *
   * @param shape that the gate was created with
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored gate
   * @throws IOException when the bytes are truncated, of an unknown version or of other sizes
   */
  Gate restore(GateShape shape, DataInput in) throws IOException;

  /**
   * Whether the gate learns from {@link Outcome#mask}, which says of every expert whether it was
   * right.
   *
   * @return true when all experts must vote on each event, and, where experts are classes, the
   *     gate's weights are the probabilities of the classes
   */
  default boolean learnsFromMask() {
    return false;
  }

  /** {@return whether the gate is a network with a {@link NetworkConfig}} */
  default boolean isNetwork() {
    return false;
  }

  /**
   * {@return the same kind with its network changed; this one where it has none}
   *
   * @param change makes the new configuration from the present one
   */
  default GateFactory withNetwork(UnaryOperator<NetworkConfig> change) {
    return this;
  }
}
