// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.experts.FixedShareConfig;
import java.util.Objects;

/** How experts are weighed. The weights of several gates are multiplied and normalised. */
public sealed interface GateConfig {

  /**
   * A network trained with binary cross-entropy on the multi-hot mask of the experts that were
   * right: the published router.
   */
  record MlpBce(NetworkConfig network) implements GateConfig {
    /** Rejects a missing network. */
    public MlpBce {
      Objects.requireNonNull(network, "network");
    }
  }

  /**
   * A network trained with the negative log-likelihood of the mixture, {@code -ln sum of g_e
   * p_e(y)}, g its own weights (Jacobs, Jordan, Nowlan, Hinton: Adaptive mixtures of local experts,
   * Neural Computation 3, 1991).
   */
  record MlpNll(NetworkConfig network) implements GateConfig {
    /** Rejects a missing network. */
    public MlpNll {
      Objects.requireNonNull(network, "network");
    }
  }

  /** Exponentiated-gradient weights that follow the best expert and do not see the features. */
  record FixedShare(FixedShareConfig weights) implements GateConfig {
    /** Rejects missing weights. */
    public FixedShare {
      Objects.requireNonNull(weights, "weights");
    }
  }
}
