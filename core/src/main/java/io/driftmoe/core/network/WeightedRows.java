// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

/**
 * A list of matrix rows with a coefficient each, to be added up: the one kernel behind the forward
 * pass, the weight gradient and the backward pass.
 *
 * <p>Rows with coefficient zero are left out, and after a ReLU that is every second one. The loop
 * runs along the contiguous result, which the JIT turns into vector instructions, four rows a turn
 * to spare loads and stores of the result. Each element still sums its terms in the order they were
 * added, without fused multiply-add, so the result depends neither on the vector width nor on how
 * the list was cut.
 */
final class WeightedRows {
  private final int[] offsets;
  private final float[] coefficients;
  private int count;

  WeightedRows(int capacity) {
    this.offsets = new int[capacity];
    this.coefficients = new float[capacity];
  }

  void clear() {
    count = 0;
  }

  /** Appends the row that starts at this offset of the matrix. */
  void add(int offset, float coefficient) {
    if (coefficient != 0) {
      offsets[count] = offset;
      coefficients[count] = coefficient;
      count++;
    }
  }

  /** {@code target[at + j] += sum over k of coefficient[k] * matrix[offset[k] + j]}, j below n. */
  void addTo(float[] target, int at, int n, float[] matrix) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      addFour(target, at, n, matrix, k);
    }
    for (; k < count; k++) {
      addOne(target, at, n, matrix, offsets[k], coefficients[k]);
    }
  }

  private void addFour(float[] target, int at, int n, float[] matrix, int k) {
    int o0 = offsets[k];
    int o1 = offsets[k + 1];
    int o2 = offsets[k + 2];
    int o3 = offsets[k + 3];
    float c0 = coefficients[k];
    float c1 = coefficients[k + 1];
    float c2 = coefficients[k + 2];
    float c3 = coefficients[k + 3];
    for (int j = 0; j < n; j++) {
      target[at + j] =
          target[at + j]
              + c0 * matrix[o0 + j]
              + c1 * matrix[o1 + j]
              + c2 * matrix[o2 + j]
              + c3 * matrix[o3 + j];
    }
  }

  private static void addOne(
      float[] target, int at, int n, float[] matrix, int offset, float coefficient) {
    for (int j = 0; j < n; j++) {
      target[at + j] += coefficient * matrix[offset + j];
    }
  }
}
