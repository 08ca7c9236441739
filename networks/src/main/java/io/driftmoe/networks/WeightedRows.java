// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/**
 * A list of matrix rows with a coefficient each, to be added up: the one kernel behind the forward
 * pass, the weight gradient and the backward pass.
 *
 * <p>Rows with coefficient zero are left out, and after a ReLU that is every second one. The loop
 * runs along the result, four rows a turn to spare loads and stores of it. Every row is an array of
 * its own, because C2 (JDK 17) vectorises a loop over arrays only when all are read at the bare
 * loop counter: rows at offsets of one flat matrix are added up one element at a time. Each element
 * still sums its terms in the order they were added, without fused multiply-add, so the result
 * depends neither on the vector width nor on how the list was cut.
 */
final class WeightedRows {
  private final int[] rows;
  private final float[] coefficients;
  private int count;

  WeightedRows(int capacity) {
    this.rows = new int[capacity];
    this.coefficients = new float[capacity];
  }

  void clear() {
    count = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Appends the row with this index. */
  void add(int row, float coefficient) {
    if (coefficient != 0) {
      rows[count] = row;
      coefficients[count] = coefficient;
      count++;
    }
  }

  /** Makes this the list of rows 0 to n - 1 with these coefficients. */
  void set(float[] values, int n) {
    int kept = 0;
    for (int i = 0; i < n; i++) {
      // No branch: which inputs are zero is as good as random.
      rows[kept] = i;
      coefficients[kept] = values[i];
      kept += values[i] != 0 ? 1 : 0;
    }
    count = kept;
  }

  /** {@code target[j] += sum over k of coefficient[k] * matrix[row[k]][j]}, j below n. */
  void addTo(float[] target, int n, float[][] matrix) {
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      addFour(target, n, matrix, k);
    }
    for (; k < count; k++) {
      addOne(target, n, matrix[rows[k]], coefficients[k]);
    }
  }

  private void addFour(float[] target, int n, float[][] matrix, int k) {
    float[] row0 = matrix[rows[k]];
    float[] row1 = matrix[rows[k + 1]];
    float[] row2 = matrix[rows[k + 2]];
    float[] row3 = matrix[rows[k + 3]];
    float c0 = coefficients[k];
    float c1 = coefficients[k + 1];
    float c2 = coefficients[k + 2];
    float c3 = coefficients[k + 3];
    for (int j = 0; j < n; j++) {
      target[j] = target[j] + c0 * row0[j] + c1 * row1[j] + c2 * row2[j] + c3 * row3[j];
    }
  }

  private static void addOne(float[] target, int n, float[] row, float coefficient) {
    for (int j = 0; j < n; j++) {
      target[j] += coefficient * row[j];
    }
  }
}
