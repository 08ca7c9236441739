// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Adam step of one network on the loss of a mini-batch: forward, backward, update. A caller may
 * keep one object and change what is in the arrays. Matrices are row-major, one row per event.
 *
 * @param network whose parameters, moments and step count change
 * @param inputs {@code [rows × inputs]}
 * @param dropout multipliers of the first hidden layer, {@code [rows × size(1)]}: 0 for a dropped
 *     unit, 1 / (1 - rate) for a kept one; null when no unit is ever dropped
 * @param targets {@code [rows × outputs]}, what they mean is up to the loss
 * @param rows events of the mini-batch, at least 1
 * @param learningRate of Adam, 0 or more
 */
public record TrainingStep(
    Mlp network,
    Loss loss,
    float[] inputs,
    float @Nullable [] dropout,
    float[] targets,
    int rows,
    double learningRate) {

  /**
   * Rejects a missing network, loss or array.
   *
   * @param network whose parameters, moments and step count change
   * @param loss what the targets mean
   * @param inputs at least {@code rows × inputs} values
   * @param dropout at least {@code rows × size(1)} values, or null when no unit is ever dropped
   * @param targets at least {@code rows × outputs} values
   * @param rows at least 1
   * @param learningRate 0 or more, finite
   * @throws IllegalArgumentException when there is no row or an array is too short for them
   */
  public TrainingStep {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(loss, "loss");
    NetworkShape.checkRows(network, inputs, dropout, rows);
    NetworkShape.checkLength("targets", targets, (long) rows * network.outputs());
    if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException("learningRate must be 0 or more, got " + learningRate);
    }
  }

  /**
   * Without dropout.
   *
   * @param network whose parameters, moments and step count change
   * @param loss what the targets mean
   * @param inputs at least {@code rows × inputs} values
   * @param targets at least {@code rows × outputs} values
   * @param rows at least 1
   * @param learningRate 0 or more, finite
   */
  public TrainingStep(
      Mlp network, Loss loss, float[] inputs, float[] targets, int rows, double learningRate) {
    this(network, loss, inputs, null, targets, rows, learningRate);
  }

  /** {@return what steps that are taken in one call have in common} */
  public NetworkShape shape() {
    return new NetworkShape(network.sizes(), loss, rows, dropout != null);
  }
}
