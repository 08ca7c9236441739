// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static io.driftmoe.simd.Lanes.COUNT;
import static io.driftmoe.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * A list of matrix rows with a coefficient each, to be added up: the forward pass of one event.
 *
 * <p>Rows with coefficient zero are left out, and after a ReLU that is every second one. Eight
 * vectors of sums at a time stay in registers while the rows run by; each takes its terms one after
 * the other, multiplied and then added.
 */
final class RowSum {
  private static final int GROUP = 8;

  private final int[] rows;
  private final float[] coefficients;
  private int count;

  RowSum(int capacity) {
    this.rows = new int[capacity];
    this.coefficients = new float[capacity];
  }

  /** Makes this the list of the rows of a matrix, each with its value of these. */
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

  /**
   * {@code sums[j] += sum over k of coefficient[k] · matrix[at + row[k] · stride + j]}.
   *
   * @param sums whole vectors, for each of which the rows of the matrix have values
   */
  void addTo(float[] sums, float[] matrix, int at, int stride) {
    int j = 0;
    for (; j + GROUP * COUNT <= sums.length; j += GROUP * COUNT) {
      addEight(sums, j, matrix, at + j, stride);
    }
    for (; j + 2 * COUNT <= sums.length; j += 2 * COUNT) {
      addTwo(sums, j, matrix, at + j, stride);
    }
    if (j < sums.length) {
      addOne(sums, j, matrix, at + j, stride);
    }
  }

  private void addEight(float[] sums, int j, float[] matrix, int at, int stride) {
    FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, j);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, j + COUNT);
    FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, j + 2 * COUNT);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, j + 3 * COUNT);
    FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, j + 4 * COUNT);
    FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, j + 5 * COUNT);
    FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, j + 6 * COUNT);
    FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, j + 7 * COUNT);
    for (int k = 0; k < count; k++) {
      int from = at + rows[k] * stride;
      FloatVector factor = FloatVector.broadcast(SPECIES, coefficients[k]);
      sum0 = sum0.add(FloatVector.fromArray(SPECIES, matrix, from).mul(factor));
      sum1 = sum1.add(FloatVector.fromArray(SPECIES, matrix, from + COUNT).mul(factor));
      sum2 = sum2.add(FloatVector.fromArray(SPECIES, matrix, from + 2 * COUNT).mul(factor));
      sum3 = sum3.add(FloatVector.fromArray(SPECIES, matrix, from + 3 * COUNT).mul(factor));
      sum4 = sum4.add(FloatVector.fromArray(SPECIES, matrix, from + 4 * COUNT).mul(factor));
      sum5 = sum5.add(FloatVector.fromArray(SPECIES, matrix, from + 5 * COUNT).mul(factor));
      sum6 = sum6.add(FloatVector.fromArray(SPECIES, matrix, from + 6 * COUNT).mul(factor));
      sum7 = sum7.add(FloatVector.fromArray(SPECIES, matrix, from + 7 * COUNT).mul(factor));
    }
    sum0.intoArray(sums, j);
    sum1.intoArray(sums, j + COUNT);
    sum2.intoArray(sums, j + 2 * COUNT);
    sum3.intoArray(sums, j + 3 * COUNT);
    sum4.intoArray(sums, j + 4 * COUNT);
    sum5.intoArray(sums, j + 5 * COUNT);
    sum6.intoArray(sums, j + 6 * COUNT);
    sum7.intoArray(sums, j + 7 * COUNT);
  }

  private void addTwo(float[] sums, int j, float[] matrix, int at, int stride) {
    FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, j);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, j + COUNT);
    for (int k = 0; k < count; k++) {
      int from = at + rows[k] * stride;
      FloatVector factor = FloatVector.broadcast(SPECIES, coefficients[k]);
      sum0 = sum0.add(FloatVector.fromArray(SPECIES, matrix, from).mul(factor));
      sum1 = sum1.add(FloatVector.fromArray(SPECIES, matrix, from + COUNT).mul(factor));
    }
    sum0.intoArray(sums, j);
    sum1.intoArray(sums, j + COUNT);
  }

  private void addOne(float[] sums, int j, float[] matrix, int at, int stride) {
    FloatVector sum = FloatVector.fromArray(SPECIES, sums, j);
    for (int k = 0; k < count; k++) {
      FloatVector row = FloatVector.fromArray(SPECIES, matrix, at + rows[k] * stride);
      sum = sum.add(row.mul(FloatVector.broadcast(SPECIES, coefficients[k])));
    }
    sum.intoArray(sums, j);
  }
}
