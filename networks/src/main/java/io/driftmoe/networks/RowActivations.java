// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.Arrays;

/**
 * What a network makes of one row, layer by layer: kept from a prediction, so that the lesson on
 * the same row need not compute it again.
 */
final class RowActivations {
  /** The inputs, the hidden layers, the logits. */
  private final float[][] layers;

  /** Positions of what is not zero in the inputs and in each hidden layer, ascending. */
  private final int[][] active;

  private final int[] actives;
  private final double[] softmax;
  private boolean hasSoftmax;

  /** Steps that the network had taken when this was computed; negative for nothing computed. */
  private long steps = -1;

  RowActivations(Mlp shape) {
    this.layers = new float[shape.layers() + 1][];
    this.active = new int[shape.layers()][];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = new float[shape.size(l)];
      if (l < active.length) {
        active[l] = new int[shape.size(l)];
      }
    }
    this.actives = new int[active.length];
    this.softmax = new double[shape.outputs()];
  }

  /** Takes these inputs; the other layers are up to the caller, who computes them now. */
  void begin(Mlp mlp, float[] inputs, int at) {
    System.arraycopy(inputs, at, layers[0], 0, layers[0].length);
    hasSoftmax = false;
    steps = mlp.steps();
    findActive(0);
  }

  /** Sets what is negative in a hidden layer to zero. */
  void rectify(int l) {
    float[] values = layers[l];
    int[] found = active[l];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      float value = Math.max(values[i], 0f);
      values[i] = value;
      found[count] = i;
      count += value != 0 ? 1 : 0;
    }
    actives[l] = count;
  }

  private void findActive(int l) {
    float[] values = layers[l];
    int[] found = active[l];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      // No branch: which of them are zero is as good as random.
      found[count] = i;
      count += values[i] != 0 ? 1 : 0;
    }
    actives[l] = count;
  }

  /** Whether this is what the network, as it is now, makes of these inputs. */
  boolean isOf(Mlp mlp, float[] inputs, int at) {
    int width = layers[0].length;
    return steps == mlp.steps() && Arrays.equals(layers[0], 0, width, inputs, at, at + width);
  }

  /** The inputs for 0, otherwise what comes out of that many layers. */
  float[] layer(int l) {
    return layers[l];
  }

  /** Where a layer is not zero: the first {@link #actives} of these. */
  int[] active(int l) {
    return active[l];
  }

  int actives(int l) {
    return actives[l];
  }

  float[] logits() {
    return layers[layers.length - 1];
  }

  /** The softmax of the logits. */
  double[] softmax() {
    if (!hasSoftmax) {
      float[] logits = logits();
      for (int o = 0; o < softmax.length; o++) {
        softmax[o] = logits[o];
      }
      Softmax.apply(softmax);
      hasSoftmax = true;
    }
    return softmax;
  }
}
