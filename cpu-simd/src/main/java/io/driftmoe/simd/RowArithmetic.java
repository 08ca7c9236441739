// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.Adam;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.LossGradient;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.TrainingStep;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Forward passes and training steps on single rows, for networks of one shape. */
final class RowArithmetic {
  private final PaddedLayers layers;
  private final RowSum rowSum;
  private final float[][] activations;
  private final float[][] deltas;
  private final float[] gradients;
  private final int[] active;
  private final LossGradient lossGradient;
  private final float[] logits;
  private final float[] logitDeltas;

  RowArithmetic(Mlp shape) {
    int count = shape.layers();
    this.layers = new PaddedLayers(shape);
    this.activations = new float[count + 1][];
    this.deltas = new float[count + 1][];
    int widest = 0;
    for (int l = 0; l <= count; l++) {
      activations[l] = new float[Lanes.padded(shape.size(l))];
      deltas[l] = new float[Lanes.padded(shape.size(l))];
      widest = Math.max(widest, shape.size(l));
    }
    this.rowSum = new RowSum(widest);
    this.gradients = new float[shape.parameters().length + Lanes.COUNT];
    this.active = new int[widest];
    this.lossGradient = new LossGradient(shape.outputs());
    this.logits = new float[shape.outputs()];
    this.logitDeltas = new float[shape.outputs()];
  }

  void forward(ForwardPass pass) {
    Mlp mlp = pass.network();
    layers.refresh(mlp);
    float[] result = activations[mlp.layers()];
    for (int r = 0; r < pass.rows(); r++) {
      forwardRow(mlp, pass.inputs(), pass.dropout(), r);
      System.arraycopy(result, 0, pass.logits(), r * mlp.outputs(), mlp.outputs());
    }
  }

  /** A step on a mini-batch of one row. */
  void step(TrainingStep step) {
    Mlp mlp = step.network();
    int last = mlp.layers();
    layers.refresh(mlp);
    forwardRow(mlp, step.inputs(), step.dropout(), 0);
    System.arraycopy(activations[last], 0, logits, 0, logits.length);
    lossGradient.compute(step.loss(), logits, step.targets(), 0, 1, logitDeltas);
    System.arraycopy(logitDeltas, 0, deltas[last], 0, logits.length);

    for (int l = last - 1; l > 0; l--) {
      propagate(mlp, l);
      if (l == 1 && step.dropout() != null) {
        Elementwise.multiply(deltas[1], 0, step.dropout(), 0, mlp.size(1));
      }
    }
    for (int l = 0; l < last; l++) {
      setGradients(mlp, l);
    }
    long t = mlp.nextStep();
    float rate = Adam.rate(step.learningRate(), t);
    VectorAdam.update(mlp, 0, gradients, mlp.parameters().length, rate, Adam.root(t));
  }

  private void forwardRow(Mlp mlp, float[] inputs, float @Nullable [] dropout, int row) {
    System.arraycopy(inputs, row * mlp.inputs(), activations[0], 0, mlp.inputs());
    for (int l = 0; l < mlp.layers(); l++) {
      float[] sums = activations[l + 1];
      float[] values = layers.values(l);
      int at = layers.offset(l);
      System.arraycopy(values, at + mlp.size(l) * sums.length, sums, 0, sums.length);
      rowSum.set(activations[l], mlp.size(l));
      rowSum.addTo(sums, values, at, sums.length);
      if (l + 1 < mlp.layers()) {
        Elementwise.rectify(sums, sums.length);
      }
      if (l == 0 && dropout != null) {
        Elementwise.multiply(sums, 0, dropout, row * mlp.size(1), mlp.size(1));
      }
    }
  }

  /** Writes whole vectors, in ascending order: what is too much of a row, the next overwrites. */
  private void setGradients(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] delta = deltas[l + 1];
    int at = mlp.weightOffset(l);
    for (int i = 0; i < in; i++) {
      Elementwise.multiplyTo(gradients, at, activations[l][i], delta, delta.length);
      at += out;
    }
    System.arraycopy(delta, 0, gradients, mlp.biasOffset(l), out);
  }

  /**
   * The deltas of layer l from those of the next; a unit that is at zero passes nothing back. Eight
   * sums at a time, since each waits for its own last addition. The columns that vectors would need
   * are not side by side, and to transpose them costs more than it saves.
   */
  private void propagate(Mlp mlp, int l) {
    float[] weights = mlp.parameters();
    int at = mlp.weightOffset(l);
    int out = mlp.size(l + 1);
    float[] delta = deltas[l + 1];
    float[] previous = deltas[l];
    float[] values = activations[l];
    Arrays.fill(previous, 0);
    int count = 0;
    for (int i = 0; i < mlp.size(l); i++) {
      active[count] = i;
      count += values[i] > 0 ? 1 : 0;
    }
    int k = 0;
    for (; k + 8 <= count; k += 8) {
      propagateToEight(weights, at, out, delta, previous, k);
    }
    for (; k < count; k++) {
      int from = at + active[k] * out;
      float sum = 0;
      for (int j = 0; j < out; j++) {
        sum += delta[j] * weights[from + j];
      }
      previous[active[k]] = sum;
    }
  }

  private void propagateToEight(
      float[] weights, int at, int out, float[] delta, float[] previous, int k) {
    int row0 = at + active[k] * out;
    int row1 = at + active[k + 1] * out;
    int row2 = at + active[k + 2] * out;
    int row3 = at + active[k + 3] * out;
    int row4 = at + active[k + 4] * out;
    int row5 = at + active[k + 5] * out;
    int row6 = at + active[k + 6] * out;
    int row7 = at + active[k + 7] * out;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    float sum4 = 0;
    float sum5 = 0;
    float sum6 = 0;
    float sum7 = 0;
    for (int j = 0; j < out; j++) {
      float d = delta[j];
      sum0 += d * weights[row0 + j];
      sum1 += d * weights[row1 + j];
      sum2 += d * weights[row2 + j];
      sum3 += d * weights[row3 + j];
      sum4 += d * weights[row4 + j];
      sum5 += d * weights[row5 + j];
      sum6 += d * weights[row6 + j];
      sum7 += d * weights[row7 + j];
    }
    previous[active[k]] = sum0;
    previous[active[k + 1]] = sum1;
    previous[active[k + 2]] = sum2;
    previous[active[k + 3]] = sum3;
    previous[active[k + 4]] = sum4;
    previous[active[k + 5]] = sum5;
    previous[active[k + 6]] = sum6;
    previous[active[k + 7]] = sum7;
  }
}
