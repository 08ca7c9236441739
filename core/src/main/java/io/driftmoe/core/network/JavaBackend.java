// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

import java.util.Arrays;

/**
 * The reference back end: single precision, plain loops that the JIT vectorises, no allocation once
 * built.
 *
 * <p>A mini-batch is worked off in blocks of rows whose activations stay in the processor's cache;
 * every sum runs over the rows in their order, so the block size does not change a bit of the
 * result, and the scratch memory does not grow with the batch.
 */
public final class JavaBackend implements NetworkBackend {
  private static final int BLOCK_ROWS = 32;

  /** Side of the squares a transposition works in, so that both sides stay in the cache. */
  private static final int TILE = 16;

  /** Gradients of the loss below this are zero: subnormal numbers would slow every later loop. */
  private static final double SMALLEST_ERROR = 1e-30;

  /** Of a mixture whose softmax has ruled out all that could have been: there is no pull then. */
  private static final double SMALLEST_LIKELIHOOD = 1e-300;

  private final float[][] activations;
  private final float[][] deltas;
  private final float[][] transposed;
  private final float[] gradients;
  private final double[] softmax;
  private final WeightedRows rowSum;

  /** A back end for networks shaped like this one. */
  public JavaBackend(Mlp shape) {
    int layers = shape.layers();
    this.activations = new float[layers + 1][];
    this.deltas = new float[layers + 1][];
    this.transposed = new float[layers][];
    int widest = BLOCK_ROWS;
    for (int l = 0; l <= layers; l++) {
      activations[l] = new float[BLOCK_ROWS * shape.size(l)];
      widest = Math.max(widest, shape.size(l));
      if (l > 0) {
        deltas[l] = new float[BLOCK_ROWS * shape.size(l)];
      }
      if (l > 0 && l < layers) {
        transposed[l] = new float[shape.size(l) * shape.size(l + 1)];
      }
    }
    this.gradients = new float[shape.parameters().length];
    this.softmax = new double[shape.outputs()];
    this.rowSum = new WeightedRows(widest);
  }

  @Override
  public void forward(Mlp mlp, float[] inputs, float[] dropout, int rows, float[] logits) {
    int outputs = mlp.outputs();
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - from);
      forwardBlock(mlp, inputs, dropout, from, block);
      System.arraycopy(activations[mlp.layers()], 0, logits, from * outputs, block * outputs);
    }
  }

  @Override
  public void step(
      Mlp mlp,
      Loss loss,
      float[] inputs,
      float[] dropout,
      float[] targets,
      int rows,
      double learningRate) {
    gradients(mlp, loss, inputs, dropout, targets, rows);
    Adam.update(mlp, gradients, learningRate);
  }

  /** The gradient of the loss, laid out like the parameters; valid until the next call. */
  float[] gradients(
      Mlp mlp, Loss loss, float[] inputs, float[] dropout, float[] targets, int rows) {
    Arrays.fill(gradients, 0);
    for (int l = 1; l < mlp.layers() && rows > 1; l++) {
      transpose(mlp, l);
    }
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - from);
      forwardBlock(mlp, inputs, dropout, from, block);
      switch (loss) {
        case BINARY -> binaryErrors(mlp, targets, from, block, rows);
        case SOFTMAX -> softmaxErrors(mlp, targets, from, block, rows);
        case MIXTURE -> mixtureErrors(mlp, targets, from, block, rows);
      }
      for (int l = mlp.layers() - 1; l >= 0; l--) {
        layerGradients(mlp, l, block);
        if (l > 0) {
          if (rows > 1) {
            propagate(mlp, l, block);
          } else {
            propagateRow(mlp, l);
          }
          maskDeltas(l, l == 1 ? dropout : null, from * mlp.size(1), block * mlp.size(l));
        }
      }
    }
    return gradients;
  }

  private void forwardBlock(Mlp mlp, float[] inputs, float[] dropout, int from, int block) {
    int width = mlp.inputs();
    System.arraycopy(inputs, from * width, activations[0], 0, block * width);
    for (int l = 0; l < mlp.layers(); l++) {
      int in = mlp.size(l);
      int out = mlp.size(l + 1);
      float[] values = activations[l];
      float[] sums = activations[l + 1];
      for (int r = 0; r < block; r++) {
        System.arraycopy(mlp.parameters(), mlp.biasOffset(l), sums, r * out, out);
        rowSum.clear();
        for (int i = 0; i < in; i++) {
          rowSum.add(mlp.weightOffset(l) + i * out, values[r * in + i]);
        }
        rowSum.addTo(sums, r * out, out, mlp.parameters());
      }
      if (l + 1 < mlp.layers()) {
        rectify(sums, block * out);
      }
      if (l == 0 && dropout != null) {
        multiply(sums, dropout, from * out, block * out);
      }
    }
  }

  private static void rectify(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.max(values[i], 0f);
    }
  }

  private static void multiply(float[] values, float[] factors, int at, int n) {
    for (int i = 0; i < n; i++) {
      values[i] *= factors[at + i];
    }
  }

  /** d loss / d logit = (sigmoid(logit) - target) / (rows * outputs). */
  private void binaryErrors(Mlp mlp, float[] targets, int from, int block, int rows) {
    int outputs = mlp.outputs();
    float[] logits = activations[mlp.layers()];
    float[] delta = deltas[mlp.layers()];
    double scale = 1.0 / ((double) rows * outputs);
    for (int i = 0; i < block * outputs; i++) {
      double error = sigmoid(logits[i]) - targets[from * outputs + i];
      delta[i] = Math.abs(error) < SMALLEST_ERROR ? 0 : (float) (error * scale);
    }
  }

  /** d loss / d logit = (sum of targets * softmax - target) / rows. */
  private void softmaxErrors(Mlp mlp, float[] targets, int from, int block, int rows) {
    int outputs = mlp.outputs();
    for (int r = 0; r < block; r++) {
      int at = (from + r) * outputs;
      softmax(activations[mlp.layers()], r * outputs, outputs);
      double weight = 0;
      for (int o = 0; o < outputs; o++) {
        weight += targets[at + o];
      }
      for (int o = 0; o < outputs; o++) {
        double error = weight * softmax[o] - targets[at + o];
        deltas[mlp.layers()][r * outputs + o] = scaled(error, rows);
      }
    }
  }

  /** d loss / d logit = (softmax - posterior) / rows, posterior = softmax * target, normalised. */
  private void mixtureErrors(Mlp mlp, float[] targets, int from, int block, int rows) {
    int outputs = mlp.outputs();
    for (int r = 0; r < block; r++) {
      int at = (from + r) * outputs;
      softmax(activations[mlp.layers()], r * outputs, outputs);
      double likelihood = 0;
      for (int o = 0; o < outputs; o++) {
        likelihood += softmax[o] * targets[at + o];
      }
      likelihood = Math.max(likelihood, SMALLEST_LIKELIHOOD);
      for (int o = 0; o < outputs; o++) {
        double error = softmax[o] - softmax[o] * targets[at + o] / likelihood;
        deltas[mlp.layers()][r * outputs + o] = scaled(error, rows);
      }
    }
  }

  private static float scaled(double error, int rows) {
    return Math.abs(error) < SMALLEST_ERROR ? 0 : (float) (error / rows);
  }

  private void softmax(float[] logits, int at, int outputs) {
    for (int o = 0; o < outputs; o++) {
      softmax[o] = logits[at + o];
    }
    Softmax.apply(softmax);
  }

  private static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  private void layerGradients(Mlp mlp, int l, int block) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] values = activations[l];
    float[] delta = deltas[l + 1];
    if (block == 1) {
      for (int i = 0; i < in; i++) {
        addRow(gradients, mlp.weightOffset(l) + i * out, out, values[i], delta);
      }
      addRow(gradients, mlp.biasOffset(l), out, 1, delta);
      return;
    }
    for (int i = 0; i < in; i++) {
      rowSum.clear();
      for (int r = 0; r < block; r++) {
        rowSum.add(r * out, values[r * in + i]);
      }
      rowSum.addTo(gradients, mlp.weightOffset(l) + i * out, out, delta);
    }
    rowSum.clear();
    for (int r = 0; r < block; r++) {
      rowSum.add(r * out, 1);
    }
    rowSum.addTo(gradients, mlp.biasOffset(l), out, delta);
  }

  private static void addRow(float[] target, int at, int n, float coefficient, float[] row) {
    if (coefficient != 0) {
      for (int j = 0; j < n; j++) {
        target[at + j] += coefficient * row[j];
      }
    }
  }

  /**
   * {@link #propagate} for a batch of one row, where a transposition costs more than it saves; four
   * sums at a time, since each waits for its own last addition.
   */
  private void propagateRow(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] weights = mlp.parameters();
    float[] delta = deltas[l + 1];
    float[] previous = deltas[l];
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      int at0 = mlp.weightOffset(l) + i * out;
      int at1 = at0 + out;
      int at2 = at1 + out;
      int at3 = at2 + out;
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      for (int j = 0; j < out; j++) {
        float d = delta[j];
        sum0 += d * weights[at0 + j];
        sum1 += d * weights[at1 + j];
        sum2 += d * weights[at2 + j];
        sum3 += d * weights[at3 + j];
      }
      previous[i] = sum0;
      previous[i + 1] = sum1;
      previous[i + 2] = sum2;
      previous[i + 3] = sum3;
    }
    for (; i < in; i++) {
      int at = mlp.weightOffset(l) + i * out;
      float sum = 0;
      for (int j = 0; j < out; j++) {
        sum += delta[j] * weights[at + j];
      }
      previous[i] = sum;
    }
  }

  private void propagate(Mlp mlp, int l, int block) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] delta = deltas[l + 1];
    float[] previous = deltas[l];
    Arrays.fill(previous, 0, block * in, 0);
    for (int r = 0; r < block; r++) {
      rowSum.clear();
      for (int j = 0; j < out; j++) {
        rowSum.add(j * in, delta[r * out + j]);
      }
      rowSum.addTo(previous, r * in, in, transposed[l]);
    }
  }

  /** A unit that ReLU or dropout set to zero passes nothing back. */
  private void maskDeltas(int l, float[] dropout, int at, int n) {
    float[] values = activations[l];
    float[] delta = deltas[l];
    for (int i = 0; i < n; i++) {
      delta[i] = values[i] > 0 ? delta[i] : 0;
    }
    if (dropout != null) {
      multiply(delta, dropout, at, n);
    }
  }

  private void transpose(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    int at = mlp.weightOffset(l);
    float[] weights = mlp.parameters();
    float[] target = transposed[l];
    for (int i0 = 0; i0 < in; i0 += TILE) {
      int i1 = Math.min(in, i0 + TILE);
      for (int j0 = 0; j0 < out; j0 += TILE) {
        int j1 = Math.min(out, j0 + TILE);
        for (int j = j0; j < j1; j++) {
          for (int i = i0; i < i1; i++) {
            target[j * in + i] = weights[at + i * out + j];
          }
        }
      }
    }
  }
}
