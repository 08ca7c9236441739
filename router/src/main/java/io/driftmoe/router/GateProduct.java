// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.RouterShape;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Several gates whose weights are multiplied and normalised; each learns for itself. */
final class GateProduct {
  private final Gate[] gates;
  private final double[] factors;

  private GateProduct(Gate[] gates, int experts) {
    this.gates = gates;
    this.factors = new double[experts];
  }

  static GateProduct create(MixtureConfig config, GateShape shape, long seed) {
    List<GateConfig> configs = config.gates();
    Gate[] gates = new Gate[configs.size()];
    for (int g = 0; g < gates.length; g++) {
      // The first gate draws from the seed itself, as when there was only one.
      gates[g] = create(configs.get(g), shape, g == 0 ? seed : SplitMix64.derive(seed, g));
    }
    return new GateProduct(gates, shape.experts());
  }

  private static Gate create(GateConfig config, GateShape shape, long seed) {
    if (config instanceof GateConfig.FixedShare fixed) {
      return FixedShareGate.create(fixed.weights(), shape.experts());
    }
    return NetworkGate.create(config, shape, seed);
  }

  static GateProduct restore(MixtureConfig config, GateShape shape, DataInput in)
      throws IOException {
    List<GateConfig> configs = config.gates();
    Gate[] gates = new Gate[configs.size()];
    for (int g = 0; g < gates.length; g++) {
      gates[g] =
          configs.get(g) instanceof GateConfig.FixedShare fixed
              ? FixedShareGate.restore(fixed.weights(), shape.experts(), in)
              : NetworkGate.restore(configs.get(g), shape, in);
    }
    return new GateProduct(gates, shape.experts());
  }

  void writeSnapshot(DataOutput out) throws IOException {
    for (Gate gate : gates) {
      gate.writeSnapshot(out);
    }
  }

  /**
   * Weighs the experts.
   *
   * @param weights receives one weight per expert, from 0 to 1, summing to 1
   */
  void weigh(FeatureVector features, long seed, double[] weights) {
    gates[0].weigh(features, seed, weights);
    for (int g = 1; g < gates.length; g++) {
      gates[g].weigh(features, seed, factors);
      double sum = 0;
      for (int e = 0; e < weights.length; e++) {
        weights[e] *= factors[e];
        sum += weights[e];
      }
      for (int e = 0; e < weights.length; e++) {
        // Gates that rule out each other's experts leave nothing: the later one decides then.
        weights[e] = sum > 0 ? weights[e] / sum : factors[e];
      }
    }
  }

  /** Lets every gate learn; whether a network took a training step. */
  boolean learn(FeatureVector features, long seed, Outcome outcome) {
    boolean stepped = false;
    for (Gate gate : gates) {
      stepped |= gate.learn(features, seed, outcome) && gate instanceof NetworkGate;
    }
    return stepped;
  }

  void computeWith(RouterBackend backend, StepQueue queue) {
    for (Gate gate : gates) {
      if (gate instanceof NetworkGate network) {
        network.computeWith(backend, queue);
      }
    }
  }

  List<RouterShape> shapes() {
    List<RouterShape> shapes = new ArrayList<>();
    for (Gate gate : gates) {
      if (gate instanceof NetworkGate network) {
        shapes.add(network.shape());
      }
    }
    return shapes;
  }

  String describe() {
    StringBuilder text = new StringBuilder();
    for (Gate gate : gates) {
      text.append(gate.describe()).append('\n');
    }
    return text.toString();
  }

  void replaced(int expert) {
    for (Gate gate : gates) {
      gate.replaced(expert);
    }
  }

  /** For tests: gate number g. */
  Gate gate(int g) {
    return gates[g];
  }
}
