// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.networks.Loss;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Makes networks trained with the negative log-likelihood of the mixture, {@code -ln sum of g_e
 * p_e(y)}, g their own weights (Jacobs, Jordan, Nowlan, Hinton: Adaptive mixtures of local experts,
 * Neural Computation 3, 1991).
 *
 * @param network the network and how it learns
 */
public record LikelihoodGateFactory(NetworkConfig network) implements GateFactory {

  /**
   * Rejects a missing network.
   *
   * @param network the network and how it learns
   */
  public LikelihoodGateFactory {
    Objects.requireNonNull(network, "network");
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return NetworkGate.create(network, Loss.MIXTURE, shape, seed);
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    return NetworkGate.restore(network, Loss.MIXTURE, shape, in);
  }

  @Override
  public boolean isNetwork() {
    return true;
  }

  @Override
  public GateFactory withNetwork(UnaryOperator<NetworkConfig> change) {
    return new LikelihoodGateFactory(change.apply(network));
  }
}
