// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Arrays;

/**
 * Forward passes of single rows and steps on a few, for networks of one shape without dropout, on
 * the parameters where they are. Gives the bits of {@link NetworkArithmetic}, which copies the
 * parameters after each step and is faster on many rows. Holds scratch memory but no learned state.
 * Not thread-safe.
 */
final class FewRows {
  /** Rows of a mini-batch that are few. */
  static final int MOST = 16;

  private final float[] gradients;

  /** Of each layer, those of its active units; of the logits, all. */
  private final float[][] deltas;

  /** The deltas of all units of one layer. */
  private final float[] spread;

  private final LossGradient lossGradient;

  FewRows(Mlp shape) {
    this.gradients = new float[shape.parameters().length];
    this.deltas = new float[shape.layers() + 1][];
    int widest = 0;
    for (int l = 1; l < deltas.length; l++) {
      deltas[l] = new float[shape.size(l)];
      widest = Math.max(widest, shape.size(l));
    }
    this.spread = new float[widest];
    this.lossGradient = new LossGradient(shape.outputs());
  }

  /** Computes all layers of a row. */
  void forward(Mlp mlp, float[] inputs, int at, RowActivations row) {
    row.begin(mlp, inputs, at);
    int last = mlp.layers() - 1;
    for (int l = 0; l <= last; l++) {
      RowSums.sum(
          mlp.parameters(),
          mlp.weightOffset(l),
          mlp.biasOffset(l),
          row.layer(l),
          row.active(l),
          row.actives(l),
          row.layer(l + 1));
      if (l < last) {
        row.rectify(l + 1);
      }
    }
  }

  /**
   * One Adam step on the loss of a mini-batch.
   *
   * @param rows activations of all its rows, by the network as it is now
   * @param targets of all rows, one after the other
   */
  void step(Mlp mlp, Loss loss, RowActivations[] rows, float[] targets, double learningRate) {
    Arrays.fill(gradients, 0);
    int last = mlp.layers();
    for (int r = 0; r < rows.length; r++) {
      lossGradient.compute(loss, rows[r], targets, r * mlp.outputs(), rows.length, deltas[last]);
      for (int l = last - 1; l > 0; l--) {
        float[] delta = l + 1 == last ? deltas[last] : spread(rows[r], l + 1);
        pass(mlp, l, rows[r], delta);
        addBias(mlp.biasOffset(l), delta, mlp.size(l + 1));
      }
      if (last == 1) {
        addDense(rows[r], deltas[1]);
        addBias(mlp.biasOffset(0), deltas[1], mlp.size(1));
      } else {
        addFirst(mlp, rows[r]);
      }
    }
    Adam.update(mlp, gradients, learningRate);
  }

  private float[] spread(RowActivations row, int l) {
    int[] units = row.active(l);
    Arrays.fill(spread, 0);
    for (int k = 0; k < row.actives(l); k++) {
      spread[units[k]] = deltas[l][k];
    }
    return spread;
  }

  private void addBias(int at, float[] delta, int n) {
    for (int j = 0; j < n; j++) {
      gradients[at + j] += delta[j];
    }
  }

  /** The gradients of the only layer of a network. */
  private void addDense(RowActivations row, float[] delta) {
    int[] inputs = row.active(0);
    for (int k = 0; k < row.actives(0); k++) {
      float value = row.layer(0)[inputs[k]];
      int at = inputs[k] * delta.length;
      for (int j = 0; j < delta.length; j++) {
        gradients[at + j] += value * delta[j];
      }
    }
  }

  /** The gradients of the first layer, those of its active units: those of the others are 0. */
  private void addFirst(Mlp mlp, RowActivations row) {
    int[] inputs = row.active(0);
    int[] units = row.active(1);
    int count = row.actives(1);
    float[] values = row.layer(0);
    for (int k = 0; k < row.actives(0); k++) {
      addProducts(inputs[k] * mlp.size(1), values[inputs[k]], units, count);
    }
    addProducts(mlp.biasOffset(0), 1, units, count);
  }

  private void addProducts(int at, float value, int[] units, int count) {
    float[] sums = gradients;
    float[] delta = deltas[1];
    for (int k = 0; k < count; k++) {
      sums[at + units[k]] += value * delta[k];
    }
  }

  /**
   * Adds the weights' gradients of layer l, and finds the deltas of the active units that feed it:
   * in the order of the outputs for each unit. Units that are at zero have neither.
   */
  private void pass(Mlp mlp, int l, RowActivations row, float[] delta) {
    int out = mlp.size(l + 1);
    int from = mlp.weightOffset(l);
    Arrays.fill(deltas[l], 0, row.actives(l), 0);
    int j = 0;
    for (; j + 4 <= out; j += 4) {
      passFour(mlp.parameters(), from + j, out, row, l, delta, j);
    }
    for (; j < out; j++) {
      passOne(mlp.parameters(), from + j, out, row, l, delta[j]);
    }
  }

  private void passFour(
      float[] parameters, int from, int out, RowActivations row, int l, float[] delta, int j) {
    float[] sums = gradients;
    float[] back = deltas[l];
    float[] values = row.layer(l);
    int[] units = row.active(l);
    int count = row.actives(l);
    float delta0 = delta[j];
    float delta1 = delta[j + 1];
    float delta2 = delta[j + 2];
    float delta3 = delta[j + 3];
    for (int k = 0; k < count; k++) {
      int unit = units[k];
      int at = from + unit * out;
      float value = values[unit];
      back[k] =
          back[k]
              + delta0 * parameters[at]
              + delta1 * parameters[at + 1]
              + delta2 * parameters[at + 2]
              + delta3 * parameters[at + 3];
      sums[at] += value * delta0;
      sums[at + 1] += value * delta1;
      sums[at + 2] += value * delta2;
      sums[at + 3] += value * delta3;
    }
  }

  private void passOne(
      float[] parameters, int from, int out, RowActivations row, int l, float delta) {
    float[] sums = gradients;
    float[] back = deltas[l];
    float[] values = row.layer(l);
    int[] units = row.active(l);
    int count = row.actives(l);
    for (int k = 0; k < count; k++) {
      int unit = units[k];
      int at = from + unit * out;
      back[k] += delta * parameters[at];
      sums[at] += values[unit] * delta;
    }
  }
}
