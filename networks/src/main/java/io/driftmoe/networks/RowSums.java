// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/**
 * Adds up the rows of a matrix, each times a coefficient, where they lie in the flat array of a
 * network's parameters.
 *
 * <p>Up to eight sums at a time stay in registers while the rows run by: on few columns, which
 * change with every step, that takes less time than to copy them for vector instructions. Each sum
 * takes its terms one after the other, multiplied and then added, as {@link WeightedRows} does.
 */
final class RowSums {
  private RowSums() {}

  /**
   * {@code target[j] = matrix[bias + j] + sum over k of values[rows[k]] * row rows[k] of the
   * matrix}, for all of the target.
   *
   * @param matrix holds rows as long as the target
   * @param from where the first row starts
   * @param bias where the row starts that is added as it is
   * @param count number of rows
   */
  static void sum(
      float[] matrix, int from, int bias, float[] values, int[] rows, int count, float[] target) {
    int j = 0;
    for (; j + 8 <= target.length; j += 8) {
      sumEight(matrix, from + j, bias + j, values, rows, count, target, j);
    }
    for (; j + 2 <= target.length; j += 2) {
      sumTwo(matrix, from + j, bias + j, values, rows, count, target, j);
    }
    if (j < target.length) {
      float sum = matrix[bias + j];
      for (int k = 0; k < count; k++) {
        sum += values[rows[k]] * matrix[from + j + rows[k] * target.length];
      }
      target[j] = sum;
    }
  }

  private static void sumEight(
      float[] matrix,
      int from,
      int bias,
      float[] values,
      int[] rows,
      int count,
      float[] target,
      int j) {
    float sum0 = matrix[bias];
    float sum1 = matrix[bias + 1];
    float sum2 = matrix[bias + 2];
    float sum3 = matrix[bias + 3];
    float sum4 = matrix[bias + 4];
    float sum5 = matrix[bias + 5];
    float sum6 = matrix[bias + 6];
    float sum7 = matrix[bias + 7];
    int width = target.length;
    for (int k = 0; k < count; k++) {
      int row = rows[k];
      int at = from + row * width;
      float value = values[row];
      sum0 += value * matrix[at];
      sum1 += value * matrix[at + 1];
      sum2 += value * matrix[at + 2];
      sum3 += value * matrix[at + 3];
      sum4 += value * matrix[at + 4];
      sum5 += value * matrix[at + 5];
      sum6 += value * matrix[at + 6];
      sum7 += value * matrix[at + 7];
    }
    target[j] = sum0;
    target[j + 1] = sum1;
    target[j + 2] = sum2;
    target[j + 3] = sum3;
    target[j + 4] = sum4;
    target[j + 5] = sum5;
    target[j + 6] = sum6;
    target[j + 7] = sum7;
  }

  private static void sumTwo(
      float[] matrix,
      int from,
      int bias,
      float[] values,
      int[] rows,
      int count,
      float[] target,
      int j) {
    float sum0 = matrix[bias];
    float sum1 = matrix[bias + 1];
    int width = target.length;
    for (int k = 0; k < count; k++) {
      int row = rows[k];
      int at = from + row * width;
      float value = values[row];
      sum0 += value * matrix[at];
      sum1 += value * matrix[at + 1];
    }
    target[j] = sum0;
    target[j + 1] = sum1;
  }
}
