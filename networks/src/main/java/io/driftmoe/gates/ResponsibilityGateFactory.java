// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.networks.HiddenLayers;
import java.io.DataInput;
import java.io.IOException;
import java.util.List;

/**
 * Makes networks that weigh experts by the region an event lies in, trained by Adam on the
 * cross-entropy towards the experts' responsibilities (Jordan, Jacobs: Hierarchical mixtures of
 * experts and the EM algorithm, Neural Computation 6, 1994). They read standardised inputs.
 *
 * @param hidden widths of the hidden layers, from the input side, each from 1 to 4,096; at least
 *     one layer
 * @param learningRate of Adam, above 0, at most 1
 * @param batchSize events per step, from 1 to 65,536
 */
public record ResponsibilityGateFactory(List<Integer> hidden, double learningRate, int batchSize)
    implements GateFactory {

  /**
   * Checks the ranges.
   *
   * @param hidden widths of 1 to 16 layers, each from 1 to 4,096
   * @param learningRate above 0, at most 1
   * @param batchSize events, 1 to 65,536
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public ResponsibilityGateFactory {
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException("hidden must name at least one layer, got []");
    }
    HiddenLayers.check(hidden, learningRate, batchSize);
  }

  /** {@return one hidden layer of 48 units, learning rate 5e-3, four events a step} */
  public static ResponsibilityGateFactory defaults() {
    return new ResponsibilityGateFactory(List.of(48), 5e-3, 4);
  }

  @Override
  public Gate create(GateShape shape, long seed) {
    return ResponsibilityGate.create(this, shape, seed);
  }

  @Override
  public Gate restore(GateShape shape, DataInput in) throws IOException {
    return ResponsibilityGate.restore(this, shape, in);
  }

  int[] sizes(int inputs, int experts) {
    return HiddenLayers.sizes(inputs, hidden, experts);
  }
}
