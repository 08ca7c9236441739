// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.Mlp;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a network's parameters in the panels that {@link TiledProduct} reads, once as they are
 * and once transposed for the backward pass.
 */
final class PackedWeights {
  /** Floats in a cache line. */
  private static final int LINE = 16;

  private final Panels[] weights;
  private final Panels[] transposed;
  private final float[][] biases;
  private @Nullable Mlp copied;
  private long copiedSteps;
  private boolean copiedTransposed;

  PackedWeights(Mlp shape) {
    int layers = shape.layers();
    this.weights = new Panels[layers];
    this.transposed = new Panels[layers];
    this.biases = new float[layers][];
    for (int l = 0; l < layers; l++) {
      int in = shape.size(l);
      int out = shape.size(l + 1);
      weights[l] = Panels.packed(in, out);
      biases[l] = new float[Lanes.padded(out)];
      if (l > 0) {
        transposed[l] = Panels.packed(out, in);
      }
    }
  }

  /**
   * Copies the parameters unless the copy is of this network after as many steps.
   *
   * @param backward whether the transposed panels are needed too
   */
  void refresh(Mlp mlp, boolean backward) {
    boolean current = mlp == copied && mlp.steps() == copiedSteps;
    if (!current) {
      for (int l = 0; l < mlp.layers(); l++) {
        pack(mlp, l);
        int out = mlp.size(l + 1);
        System.arraycopy(mlp.parameters(), mlp.biasOffset(l), biases[l], 0, out);
      }
    }
    if (backward && !(current && copiedTransposed)) {
      for (int l = 1; l < mlp.layers(); l++) {
        transpose(mlp, l);
      }
    }
    copied = mlp;
    copiedSteps = mlp.steps();
    copiedTransposed = backward || current && copiedTransposed;
  }

  private void pack(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] target = weights[l].values();
    int to = 0;
    for (int j = 0; j < out; j += Panels.WIDTH) {
      int width = Math.min(Panels.WIDTH, out - j);
      int from = mlp.weightOffset(l) + j;
      for (int k = 0; k < in; k++) {
        System.arraycopy(mlp.parameters(), from, target, to, width);
        from += out;
        to += Panels.WIDTH;
      }
    }
  }

  private void transpose(Mlp mlp, int l) {
    int in = mlp.size(l);
    int out = mlp.size(l + 1);
    float[] target = transposed[l].values();
    for (int i = 0; i < in; i += Panels.WIDTH) {
      int width = Math.min(Panels.WIDTH, in - i);
      int from = mlp.weightOffset(l) + i * out;
      transposePanel(mlp.parameters(), from, out, target, i * out, width);
    }
  }

  /**
   * A cache line of each source row at a time, so that the rows of the target stay in the cache.
   */
  private static void transposePanel(
      float[] source, int from, int out, float[] target, int to, int width) {
    for (int j0 = 0; j0 < out; j0 += LINE) {
      int j1 = Math.min(out, j0 + LINE);
      for (int i = 0; i < width; i++) {
        int row = from + i * out;
        int column = to + i;
        for (int j = j0; j < j1; j++) {
          target[column + j * Panels.WIDTH] = source[row + j];
        }
      }
    }
  }

  /** The weights of layer l, a term for each of its inputs. */
  Panels weights(int l) {
    return weights[l];
  }

  /** The weights of layer l, which is not the first, a term for each of its outputs. */
  Panels transposed(int l) {
    return transposed[l];
  }

  /** The biases of layer l, and zeros up to a whole vector. */
  float[] biases(int l) {
    return biases[l];
  }
}
