// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.networks.Loss;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Makes networks trained with binary cross-entropy on the multi-hot mask of the experts that were
 * right: the published gate.
 *
 * @param network the network and how it learns
 */
public record MaskGateFactory(NetworkConfig network) implements GateFactory {

  /**
   * Rejects a missing network.
   *
   * @param network the network and how it learns
   */
  public MaskGateFactory {
    Objects.requireNonNull(network, "network");
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return NetworkGate.create(network, Loss.BINARY, shape, seed);
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    return NetworkGate.restore(network, Loss.BINARY, shape, in);
  }

  @Override
  public boolean learnsFromMask() {
    return true;
  }

  @Override
  public boolean isNetwork() {
    return true;
  }

  @Override
  public GateFactory withNetwork(UnaryOperator<NetworkConfig> change) {
    return new MaskGateFactory(change.apply(network));
  }
}
