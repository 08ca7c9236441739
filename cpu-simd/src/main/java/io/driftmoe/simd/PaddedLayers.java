// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.Mlp;

/**
 * The parameters of a network as rows of whole vectors. A layer whose outputs are whole vectors
 * already is read where it is; of the others this keeps a copy, the weights of each input and then
 * the biases, padded with zeros.
 */
final class PaddedLayers {
  private final float[][] copies;
  private Mlp copied;
  private long copiedSteps = -1; // that of no network

  PaddedLayers(Mlp shape) {
    this.copied = shape;
    this.copies = new float[shape.layers()][];
    for (int l = 0; l < copies.length; l++) {
      int out = shape.size(l + 1);
      if (Lanes.padded(out) != out) {
        copies[l] = new float[(shape.size(l) + 1) * Lanes.padded(out)];
      }
    }
  }

  /** Copies what it keeps unless the copy is of this network after as many steps. */
  void refresh(Mlp mlp) {
    if (mlp == copied && mlp.steps() == copiedSteps) {
      return;
    }
    for (int l = 0; l < copies.length; l++) {
      if (copies[l] != null) {
        copy(mlp.parameters(), mlp.weightOffset(l), copies[l], mlp.size(l + 1));
      }
    }
    copied = mlp;
    copiedSteps = mlp.steps();
  }

  private static void copy(float[] source, int at, float[] target, int out) {
    int from = at;
    for (int to = 0; to < target.length; to += Lanes.padded(out)) {
      System.arraycopy(source, from, target, to, out);
      from += out;
    }
  }

  /** Whether layer l is read where it is. */
  boolean inPlace(int l) {
    return copies[l] == null;
  }

  /** What holds the rows of layer l of the network that was last refreshed. */
  float[] values(int l) {
    return inPlace(l) ? copied.parameters() : copies[l];
  }

  /** Where the rows of layer l start in {@link #values}. */
  int offset(int l) {
    return inPlace(l) ? copied.weightOffset(l) : 0;
  }
}
