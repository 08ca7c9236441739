// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import java.util.List;
import java.util.Objects;

/**
 * A gating network and how it learns.
 *
 * @param inputs what the network reads
 * @param hidden units of each hidden layer, from the input side; at least one layer, each at least
 *     1
 * @param learningRate of Adam, greater than 0 and at most 1
 * @param dropout chance that a unit of the first hidden layer is dropped, in predictions and in
 *     steps alike; from 0 to 1 (exclusive)
 * @param batchSize events per Adam step, at least 1
 * @param temperature of the softmax over the logits, greater than 0; below 1 sharpens
 */
public record NetworkConfig(
    InputEncoding inputs,
    List<Integer> hidden,
    double learningRate,
    double dropout,
    int batchSize,
    double temperature) {

  /** Checks the ranges. */
  public NetworkConfig {
    Objects.requireNonNull(inputs, "inputs");
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty() || hidden.stream().anyMatch(units -> units < 1)) {
      throw new IllegalArgumentException(
          "hidden must name at least one layer of at least one unit, got " + hidden);
    }
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw new IllegalArgumentException(
          "learningRate must be greater than 0 and at most 1, got " + learningRate);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be from 0 to 1 (exclusive), got " + dropout);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "temperature must be positive and finite, got " + temperature);
    }
  }
}
