// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The logits of one network for some events. A caller may keep one object and change what is in the
 * arrays. Matrices are row-major, one row per event.
 *
 * @param network whose parameters are read
 * @param inputs {@code [rows × inputs]}
 * @param dropout multipliers of the first hidden layer, {@code [rows × size(1)]}: 0 for a dropped
 *     unit, 1 / (1 - rate) for a kept one; null when no unit is ever dropped
 * @param rows events, at least 1
 * @param logits receives {@code [rows × outputs]}
 */
public record ForwardPass(
    Mlp network, float[] inputs, float @Nullable [] dropout, int rows, float[] logits) {

  /**
   * Rejects a missing network or array.
   *
   * @param network whose parameters are read
   * @param inputs at least {@code rows × inputs} values
   * @param dropout at least {@code rows × size(1)} values, or null when no unit is ever dropped
   * @param rows at least 1
   * @param logits at least {@code rows × outputs} values long
   * @throws IllegalArgumentException when there is no row or an array is too short for them
   */
  public ForwardPass {
    Objects.requireNonNull(network, "network");
    NetworkShape.checkRows(network, inputs, dropout, rows);
    NetworkShape.checkLength("logits", logits, (long) rows * network.outputs());
  }

  /**
   * Without dropout.
   *
   * @param network whose parameters are read
   * @param inputs at least {@code rows × inputs} values
   * @param rows at least 1
   * @param logits at least {@code rows × outputs} values long
   */
  public ForwardPass(Mlp network, float[] inputs, int rows, float[] logits) {
    this(network, inputs, null, rows, logits);
  }
}
