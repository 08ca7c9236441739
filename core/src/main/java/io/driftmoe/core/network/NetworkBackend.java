// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

/**
 * The arithmetic of a network on a batch. The plain Java one is the reference; others give the same
 * numbers within a stated tolerance. Holds scratch memory but no learned state. Not thread-safe.
 *
 * <p>All matrices are row-major, one row per event. Dropout arrives as multipliers, so that back
 * ends share the masks: {@code dropout[rows × size(1)]} holds 0 for a dropped unit and 1 / (1 -
 * rate) for a kept one, or is null when no unit is ever dropped.
 */
public interface NetworkBackend {

  /**
   * Computes logits.
   *
   * @param inputs {@code [rows × inputs]}
   * @param dropout multipliers or null
   * @param logits receives {@code [rows × outputs]}
   */
  void forward(Mlp mlp, float[] inputs, float[] dropout, int rows, float[] logits);

  /**
   * One Adam step on the loss of a mini-batch: forward, backward, update.
   *
   * @param inputs {@code [rows × inputs]}
   * @param dropout multipliers or null
   * @param targets {@code [rows × outputs]}, what they mean is up to the loss
   * @param rows at least 1
   * @param learningRate of Adam
   */
  void step(
      Mlp mlp,
      Loss loss,
      float[] inputs,
      float[] dropout,
      float[] targets,
      int rows,
      double learningRate);
}
