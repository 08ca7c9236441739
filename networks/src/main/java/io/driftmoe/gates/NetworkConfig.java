// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.networks.HiddenLayers;
import java.util.List;
import java.util.Objects;

/**
 * A gating network and how it learns.
 *
 * @param inputs what the network reads
 * @param hidden units of each hidden layer, from the input side; 1 to 16 layers, each of 1 to 4,096
 * @param learningRate of Adam, greater than 0 and at most 1
 * @param dropout chance that a unit of the first hidden layer is dropped, in predictions and in
 *     steps alike; from 0 to 1 (exclusive)
 * @param batchSize events per Adam step, 1 to 65,536
 * @param temperature of the softmax over the logits, greater than 0; below 1 sharpens
 */
public record NetworkConfig(
    InputEncoding inputs,
    List<Integer> hidden,
    double learningRate,
    double dropout,
    int batchSize,
    double temperature) {

  /**
   * Checks the ranges.
   *
   * @param inputs what the network reads
   * @param hidden widths of 1 to 16 layers, each from 1 to 4,096
   * @param learningRate above 0, at most 1
   * @param dropout from 0 to 1 (exclusive)
   * @param batchSize events, 1 to 65,536
   * @param temperature positive and finite
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public NetworkConfig {
    Objects.requireNonNull(inputs, "inputs");
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException("hidden must name at least one layer, got []");
    }
    HiddenLayers.check(hidden, learningRate, batchSize);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be from 0 to 1 (exclusive), got " + dropout);
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "temperature must be positive and finite, got " + temperature);
    }
  }
}
