// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.Adam;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.LossGradient;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.TrainingStep;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Forward passes and training steps on mini-batches, for networks of one shape.
 *
 * <p>A mini-batch is worked off in blocks of rows whose activations stay in the processor's cache.
 * Rows of scratch matrices are padded with zeros to whole vectors, and a last block to whole tiles,
 * so that no kernel has a special case at an edge. What is computed there is not read.
 */
final class BatchArithmetic {
  /** Whole tiles. */
  private static final int BLOCK_ROWS = 64;

  private final PackedWeights packed;
  private final int[] strides;
  private final float[][] activations;
  private final float[][] deltas;
  private final Panels[] deltaPanels;
  private final float[][] weightGradients;
  private final float[][] biasGradients;
  private final LossGradient lossGradient;
  private final float[] logits;
  private final float[] logitDeltas;

  BatchArithmetic(Mlp shape) {
    int layers = shape.layers();
    this.packed = new PackedWeights(shape);
    this.strides = new int[layers + 1];
    this.activations = new float[layers + 1][];
    this.deltas = new float[layers + 1][];
    this.deltaPanels = new Panels[layers + 1];
    this.weightGradients = new float[layers][];
    this.biasGradients = new float[layers][];
    for (int l = 0; l <= layers; l++) {
      strides[l] = Lanes.stride(shape.size(l));
      activations[l] = new float[BLOCK_ROWS * strides[l]];
      if (l > 0) {
        deltas[l] = new float[BLOCK_ROWS * strides[l]];
        deltaPanels[l] = Panels.ofRows(deltas[l], strides[l]);
        int wholeTiles = (shape.size(l - 1) + TiledProduct.ROWS - 1) / TiledProduct.ROWS;
        int columns = Lanes.padded(shape.size(l));
        weightGradients[l - 1] = new float[wholeTiles * TiledProduct.ROWS * columns];
        biasGradients[l - 1] = new float[columns];
      }
    }
    this.lossGradient = new LossGradient(shape.outputs());
    this.logits = new float[shape.outputs()];
    this.logitDeltas = new float[shape.outputs()];
  }

  void forward(ForwardPass pass) {
    Mlp mlp = pass.network();
    packed.refresh(mlp, false);
    int outputs = mlp.outputs();
    for (int from = 0; from < pass.rows(); from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, pass.rows() - from);
      forwardBlock(mlp, pass.inputs(), pass.dropout(), from, block);
      for (int r = 0; r < block; r++) {
        System.arraycopy(
            activations[mlp.layers()],
            r * strides[mlp.layers()],
            pass.logits(),
            (from + r) * outputs,
            outputs);
      }
    }
  }

  void step(TrainingStep step) {
    Mlp mlp = step.network();
    packed.refresh(mlp, true);
    for (int l = 0; l < mlp.layers(); l++) {
      Arrays.fill(weightGradients[l], 0);
      Arrays.fill(biasGradients[l], 0);
    }
    for (int from = 0; from < step.rows(); from += BLOCK_ROWS) {
      int block = Math.min(BLOCK_ROWS, step.rows() - from);
      forwardBlock(mlp, step.inputs(), step.dropout(), from, block);
      lossBlock(step, from, block);
      for (int l = mlp.layers() - 1; l >= 0; l--) {
        addGradients(mlp, l, block);
        if (l > 0) {
          propagate(mlp, l, block);
          if (l == 1 && step.dropout() != null) {
            drop(deltas[1], strides[1], step.dropout(), from, block, mlp.size(1));
          }
        }
      }
    }
    update(mlp, step.learningRate());
  }

  private void forwardBlock(
      Mlp mlp, float[] inputs, float @Nullable [] dropout, int from, int block) {
    copyInputs(inputs, from, block, mlp.inputs());
    for (int l = 0; l < mlp.layers(); l++) {
      int stride = strides[l + 1];
      float[] sums = activations[l + 1];
      float[] biases = packed.biases(l);
      for (int r = 0; r < wholeTiles(block); r++) {
        System.arraycopy(biases, 0, sums, r * stride, biases.length);
      }
      TiledProduct.add(
          activations[l],
          strides[l],
          packed.weights(l),
          sums,
          stride,
          block,
          mlp.size(l),
          mlp.size(l + 1));
      if (l + 1 < mlp.layers()) {
        Elementwise.rectify(sums, block * stride);
      }
      if (l == 0 && dropout != null) {
        drop(sums, stride, dropout, from, block, mlp.size(1));
      }
    }
  }

  private void copyInputs(float[] inputs, int from, int block, int width) {
    int stride = strides[0];
    for (int r = 0; r < block; r++) {
      System.arraycopy(inputs, (from + r) * width, activations[0], r * stride, width);
    }
    Arrays.fill(activations[0], block * stride, wholeTiles(block) * stride, 0);
  }

  private void lossBlock(TrainingStep step, int from, int block) {
    int outputs = logits.length;
    int layers = strides.length - 1;
    int stride = strides[layers];
    for (int r = 0; r < block; r++) {
      System.arraycopy(activations[layers], r * stride, logits, 0, outputs);
      lossGradient.compute(
          step.loss(), logits, step.targets(), (from + r) * outputs, step.rows(), logitDeltas);
      System.arraycopy(logitDeltas, 0, deltas[layers], r * stride, outputs);
    }
    Arrays.fill(deltas[layers], block * stride, wholeTiles(block) * stride, 0);
  }

  private void addGradients(Mlp mlp, int l, int block) {
    int columns = Lanes.padded(mlp.size(l + 1));
    TiledGradient.add(
        activations[l],
        strides[l],
        deltaPanels[l + 1],
        weightGradients[l],
        columns,
        mlp.size(l),
        block,
        columns);
    for (int r = 0; r < block; r++) {
      Elementwise.add(biasGradients[l], deltas[l + 1], r * strides[l + 1], columns);
    }
  }

  /** The deltas of layer l from those of the next; a unit that is at zero passes nothing back. */
  private void propagate(Mlp mlp, int l, int block) {
    int stride = strides[l];
    Arrays.fill(deltas[l], 0, wholeTiles(block) * stride, 0);
    TiledProduct.add(
        deltas[l + 1],
        strides[l + 1],
        packed.transposed(l),
        deltas[l],
        stride,
        block,
        mlp.size(l + 1),
        mlp.size(l));
    Elementwise.keepWherePositive(deltas[l], activations[l], block * stride);
  }

  private void update(Mlp mlp, double learningRate) {
    long t = mlp.nextStep();
    float rate = Adam.rate(learningRate, t);
    float root = Adam.root(t);
    for (int l = 0; l < mlp.layers(); l++) {
      int in = mlp.size(l);
      int out = mlp.size(l + 1);
      int columns = Lanes.padded(out);
      float[] gradients = weightGradients[l];
      // rows that were padded close up
      for (int i = 1; i < in && columns > out; i++) {
        System.arraycopy(gradients, i * columns, gradients, i * out, out);
      }
      VectorAdam.update(mlp, mlp.weightOffset(l), gradients, in * out, rate, root);
      VectorAdam.update(mlp, mlp.biasOffset(l), biasGradients[l], out, rate, root);
    }
  }

  private static int wholeTiles(int rows) {
    return (rows + TiledProduct.ROWS - 1) / TiledProduct.ROWS * TiledProduct.ROWS;
  }

  private static void drop(
      float[] values, int stride, float[] dropout, int from, int block, int width) {
    for (int r = 0; r < block; r++) {
      Elementwise.multiply(values, r * stride, dropout, (from + r) * width, width);
    }
  }
}
