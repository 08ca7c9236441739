// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.networks.HiddenLayers;
import java.util.List;

/**
 * A network that weighs specialists by the region an event lies in, and how it learns: Adam on the
 * cross-entropy towards the responsibilities.
 *
 * @param hidden widths of the hidden layers, from the input side, each from 1 to 4,096; at least
 *     one layer
 * @param learningRate of Adam, above 0, at most 1
 * @param batchSize events per step, from 1 to 4,096
 */
public record ResponsibilityGateFactory(List<Integer> hidden, double learningRate, int batchSize) {

  /** Checks the ranges. */
  public ResponsibilityGateFactory {
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException("hidden must name at least one layer, got []");
    }
    HiddenLayers.check(hidden, learningRate, batchSize);
  }

  /** One hidden layer of 48 units, learning rate 5e-3, four events a step. */
  public static ResponsibilityGateFactory defaults() {
    return new ResponsibilityGateFactory(List.of(48), 5e-3, 4);
  }

  int[] sizes(int inputs, int specialists) {
    return HiddenLayers.sizes(inputs, hidden, specialists);
  }
}
