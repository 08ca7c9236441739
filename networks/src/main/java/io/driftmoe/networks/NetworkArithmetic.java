// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of networks of one shape: single precision, plain loops that the JIT vectorises,
 * no allocation once built. Holds scratch memory but no learned state. Not thread-safe.
 *
 * <p>All matrices are row-major, one row per event. Dropout arrives as multipliers: {@code
 * dropout[rows × size(1)]} holds 0 for a dropped unit and 1 / (1 - rate) for a kept one, or is null
 * when no unit is ever dropped.
 *
 * <p>A mini-batch is worked off in blocks of rows whose activations stay in the processor's cache;
 * every sum runs over the rows in their order, so the block size does not change a bit of the
 * result, and the scratch memory does not grow with the batch.
 *
 * <p>Loops run over whole arrays from 0, for C2 (JDK 17) does not vectorise one that reads an array
 * at an offset. So activations, deltas, and a copy of the weights have one array for each row, and
 * pieces of a flat array go through a scratch row.
 */
public final class NetworkArithmetic {
  private static final int BLOCK_ROWS = 32;

  /** Side of the squares a transposition works in, so that both sides stay in the cache. */
  private static final int TILE = 16;

  /** Rows shorter than this are done before a scratch row is copied. */
  private static final int NARROW = 16;

  private final float[][][] activations;
  private final float[][][] deltas;
  private final float[][][] transposed;
  private final float[] gradients;
  private final float[] scratch;
  private final int[] active;
  private final ParameterRows parameters;
  private final LossGradient lossGradient;
  private final WeightedRows rowSum;

  /**
   * A back end for networks shaped like this one.
   *
   * @param shape network of the sizes that all others have
   */
  public NetworkArithmetic(Mlp shape) {
    int layers = shape.layers();
    this.activations = new float[layers + 1][][];
    this.deltas = new float[layers + 1][][];
    this.transposed = new float[layers][][];
    int widest = 0;
    for (int l = 0; l <= layers; l++) {
      activations[l] = new float[BLOCK_ROWS][shape.size(l)];
      widest = Math.max(widest, shape.size(l));
      if (l > 0) {
        deltas[l] = new float[BLOCK_ROWS][shape.size(l)];
      }
      if (l > 0 && l < layers) {
        transposed[l] = new float[shape.size(l + 1)][shape.size(l)];
      }
    }
    this.gradients = new float[shape.parameters().length];
    this.scratch = new float[widest];
    this.active = new int[widest];
    this.parameters = new ParameterRows(shape);
    this.lossGradient = new LossGradient(shape.outputs());
    this.rowSum = new WeightedRows(Math.max(widest, BLOCK_ROWS));
  }

  /**
   * Computes logits.
   *
   * @param mlp whose parameters are read
   * @param inputs {@code [rows × inputs]}
   * @param dropout multipliers or null
   * @param rows events, at least 1
   * @param logits receives {@code [rows × outputs]}
   */
  public void forward(
      Mlp mlp, float[] inputs, float @Nullable [] dropout, int rows, float[] logits) {
    parameters.refresh(mlp);
    int outputs = mlp.outputs();
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - from);
      forwardBlock(mlp, inputs, dropout, from, block);
      for (int r = 0; r < block; r++) {
        float[] row = activations[mlp.layers()][r];
        System.arraycopy(row, 0, logits, (from + r) * outputs, outputs);
      }
    }
  }

  /**
   * One Adam step on the loss of a mini-batch: forward, backward, update.
   *
   * @param mlp whose parameters, moments and step count change
   * @param loss what the targets mean
   * @param inputs {@code [rows × inputs]}
   * @param dropout multipliers or null
   * @param targets {@code [rows × outputs]}, what they mean is up to the loss
   * @param rows at least 1
   * @param learningRate of Adam
   */
  public void step(
      Mlp mlp,
      Loss loss,
      float[] inputs,
      float @Nullable [] dropout,
      float[] targets,
      int rows,
      double learningRate) {
    gradients(mlp, loss, inputs, dropout, targets, rows);
    Adam.update(mlp, gradients, learningRate);
  }

  /** The gradient of the loss, laid out like the parameters; valid until the next call. */
  float[] gradients(
      Mlp mlp, Loss loss, float[] inputs, float @Nullable [] dropout, float[] targets, int rows) {
    parameters.refresh(mlp);
    Arrays.fill(gradients, 0);
    for (int l = 1; l < mlp.layers() && rows > 1; l++) {
      transpose(parameters.layer(l), transposed[l]);
    }
    for (int from = 0; from < rows; from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, rows - from);
      forwardBlock(mlp, inputs, dropout, from, block);
      for (int r = 0; r < block; r++) {
        float[] logits = activations[mlp.layers()][r];
        float[] delta = deltas[mlp.layers()][r];
        lossGradient.compute(loss, logits, targets, (from + r) * mlp.outputs(), rows, delta);
      }
      for (int l = mlp.layers() - 1; l >= 0; l--) {
        if (rows > 1) {
          addGradients(mlp, l, block);
        } else {
          setGradients(mlp, l);
        }
        if (l > 0) {
          if (rows > 1) {
            propagate(l, block);
          } else {
            propagateRow(l);
          }
          multiply(deltas[l], l == 1 ? dropout : null, from, block);
        }
      }
    }
    return gradients;
  }

  private void forwardBlock(
      Mlp mlp, float[] inputs, float @Nullable [] dropout, int from, int block) {
    int width = mlp.inputs();
    for (int r = 0; r < block; r++) {
      System.arraycopy(inputs, (from + r) * width, activations[0][r], 0, width);
    }
    for (int l = 0; l < mlp.layers(); l++) {
      int in = mlp.size(l);
      int out = mlp.size(l + 1);
      float[][] weights = parameters.layer(l);
      for (int r = 0; r < block; r++) {
        float[] values = activations[l][r];
        float[] sums = activations[l + 1][r];
        System.arraycopy(weights[in], 0, sums, 0, out);
        rowSum.set(values, in);
        rowSum.addTo(sums, out, weights);
        if (l + 1 < mlp.layers()) {
          rectify(sums);
        }
      }
      multiply(activations[l + 1], l == 0 ? dropout : null, from, block);
    }
  }

  private static void rectify(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(values[i], 0f);
    }
  }

  /** Multiplies the rows of a block by those of the mini-batch's dropout, if there is any. */
  private void multiply(float[][] block, float @Nullable [] dropout, int from, int rows) {
    if (dropout != null) {
      for (int r = 0; r < rows; r++) {
        int n = block[r].length;
        System.arraycopy(dropout, (from + r) * n, scratch, 0, n);
        multiply(block[r], scratch);
      }
    }
  }

  private static void multiply(float[] values, float[] factors) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i];
    }
  }

  private void addGradients(Mlp mlp, int l, int block) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[][] values = activations[l];
    for (int i = 0; i < in; i++) {
      rowSum.clear();
      for (int r = 0; r < block; r++) {
        rowSum.add(r, values[r][i]);
      }
      addRowSum(mlp.weightOffset(l) + i * out, out, deltas[l + 1]);
    }
    rowSum.clear();
    for (int r = 0; r < block; r++) {
      rowSum.add(r, 1);
    }
    addRowSum(mlp.biasOffset(l), out, deltas[l + 1]);
  }

  private void addRowSum(int at, int n, float[][] delta) {
    if (!rowSum.isEmpty()) {
      System.arraycopy(gradients, at, scratch, 0, n);
      rowSum.addTo(scratch, n, delta);
      System.arraycopy(scratch, 0, gradients, at, n);
    }
  }

  /**
   * {@link #addGradients} for a batch of one row: nothing to add to but zero, which turns -0 to 0.
   */
  private void setGradients(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] values = activations[l][0];
    float[] delta = deltas[l + 1][0];
    for (int i = 0; i < in; i++) {
      if (values[i] != 0) {
        setProduct(mlp.weightOffset(l) + i * out, values[i], delta);
      }
    }
    setProduct(mlp.biasOffset(l), 1, delta);
  }

  private void setProduct(int at, float coefficient, float[] delta) {
    if (delta.length < NARROW) {
      for (int j = 0; j < delta.length; j++) {
        gradients[at + j] = 0 + coefficient * delta[j];
      }
    } else {
      multiplyTo(scratch, coefficient, delta);
      System.arraycopy(scratch, 0, gradients, at, delta.length);
    }
  }

  private static void multiplyTo(float[] target, float coefficient, float[] row) {
    for (int j = 0; j < row.length; j++) {
      target[j] = 0 + coefficient * row[j];
    }
  }

  /** The deltas of layer l from those of the next; a unit that is at zero passes nothing back. */
  private void propagate(int l, int block) {
    for (int r = 0; r < block; r++) {
      float[] delta = deltas[l + 1][r];
      float[] previous = deltas[l][r];
      float[] values = activations[l][r];
      Arrays.fill(previous, 0);
      rowSum.set(delta, delta.length);
      rowSum.addTo(previous, previous.length, transposed[l]);
      for (int i = 0; i < previous.length; i++) {
        previous[i] = values[i] > 0 ? previous[i] : 0;
      }
    }
  }

  /**
   * {@link #propagate} for a batch of one row, where a transposition costs more than it saves: only
   * the units that are not at zero, four sums at a time, since each waits for its own last
   * addition.
   */
  private void propagateRow(int l) {
    float[][] weights = parameters.layer(l);
    float[] delta = deltas[l + 1][0];
    float[] previous = deltas[l][0];
    float[] values = activations[l][0];
    Arrays.fill(previous, 0);
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      active[count] = i;
      count += values[i] > 0 ? 1 : 0;
    }
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      propagateToFour(weights, delta, previous, k);
    }
    for (; k < count; k++) {
      float[] row = weights[active[k]];
      float sum = 0;
      for (int j = 0; j < delta.length; j++) {
        sum += delta[j] * row[j];
      }
      previous[active[k]] = sum;
    }
  }

  private void propagateToFour(float[][] weights, float[] delta, float[] previous, int k) {
    float[] row0 = weights[active[k]];
    float[] row1 = weights[active[k + 1]];
    float[] row2 = weights[active[k + 2]];
    float[] row3 = weights[active[k + 3]];
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int j = 0; j < delta.length; j++) {
      float d = delta[j];
      sum0 += d * row0[j];
      sum1 += d * row1[j];
      sum2 += d * row2[j];
      sum3 += d * row3[j];
    }
    previous[active[k]] = sum0;
    previous[active[k + 1]] = sum1;
    previous[active[k + 2]] = sum2;
    previous[active[k + 3]] = sum3;
  }

  private static void transpose(float[][] weights, float[][] target) {
    int out = target.length;
    int in = target[0].length;
    for (int i0 = 0; i0 < in; i0 += TILE) {
      int i1 = Math.min(in, i0 + TILE);
      for (int j0 = 0; j0 < out; j0 += TILE) {
        int j1 = Math.min(out, j0 + TILE);
        for (int i = i0; i < i1; i++) {
          float[] row = weights[i];
          for (int j = j0; j < j1; j++) {
            target[j][i] = row[j];
          }
        }
      }
    }
  }
}
