// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import org.jspecify.annotations.Nullable;

/**
 * A copy of a network's parameters with one array for each row, the shape {@link WeightedRows}
 * needs. Adam is fastest on the flat array and pays a start-up cost for each short row; copying the
 * rows out after a step costs less than either doing without the other's layout.
 */
final class ParameterRows {
  /** Rows shorter than this are copied before a call of arraycopy has begun. */
  private static final int NARROW = 16;

  private final float[][][] layers;
  private @Nullable Mlp copied;
  private long copiedSteps;

  ParameterRows(Mlp shape) {
    this.layers = new float[shape.layers()][][];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = new float[shape.size(l) + 1][shape.size(l + 1)];
    }
  }

  /** Copies the parameters unless the copy is of this network after as many steps. */
  void refresh(Mlp mlp) {
    if (mlp == copied && mlp.steps() == copiedSteps) {
      return;
    }
    int at = 0;
    for (float[][] rows : layers) {
      for (float[] row : rows) {
        copy(mlp.parameters(), at, row);
        at += row.length;
      }
    }
    copied = mlp;
    copiedSteps = mlp.steps();
  }

  private static void copy(float[] source, int at, float[] row) {
    if (row.length < NARROW) {
      for (int j = 0; j < row.length; j++) {
        row[j] = source[at + j];
      }
    } else {
      System.arraycopy(source, at, row, 0, row.length);
    }
  }

  /** The rows of layer l: the weights of each of its inputs, then the biases. */
  float[][] layer(int l) {
    return layers[l];
  }
}
