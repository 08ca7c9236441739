// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import java.util.List;

/** Sizes of a network, and how large they may be. */
public final class HiddenLayers {
  private static final int LARGEST = 4_096;
  private static final int LARGEST_BATCH = 65_536;
  private static final int DEEPEST = 16;

  private HiddenLayers() {}

  /**
   * Checks what a network is configured with.
   *
   * @param hidden widths of at most 16 hidden layers, each from 1 to 4,096
   * @param learningRate above 0, at most 1
   * @param batchSize from 1 to 65,536
   * @throws IllegalArgumentException naming the one that is out of range
   */
  public static void check(List<Integer> hidden, double learningRate, int batchSize) {
    if (hidden.size() > DEEPEST) {
      throw new IllegalArgumentException(
          "hidden must name at most %s layers, got %s".formatted(DEEPEST, hidden.size()));
    }
    for (int width : hidden) {
      if (width < 1 || width > LARGEST) {
        throw new IllegalArgumentException(
            "hidden must hold widths between 1 and %s, got %s".formatted(LARGEST, hidden));
      }
    }
    if (!(learningRate > 0 && learningRate <= 1)) {
      throw new IllegalArgumentException(
          "learningRate must lie between 0 (exclusive) and 1, got " + learningRate);
    }
    if (batchSize < 1 || batchSize > LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "batchSize must lie between 1 and %s, got %s".formatted(LARGEST_BATCH, batchSize));
    }
  }

  /**
   * {@return the widths of all layers, from the inputs to the outputs}
   *
   * @param inputs width of the input
   * @param hidden widths of the hidden layers, from the input side
   * @param outputs width of the output
   */
  public static int[] sizes(int inputs, List<Integer> hidden, int outputs) {
    int[] sizes = new int[hidden.size() + 2];
    sizes[0] = inputs;
    for (int l = 0; l < hidden.size(); l++) {
      sizes[l + 1] = hidden.get(l);
    }
    sizes[sizes.length - 1] = outputs;
    return sizes;
  }
}
