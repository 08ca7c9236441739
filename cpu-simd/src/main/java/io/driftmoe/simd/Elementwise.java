// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static io.driftmoe.simd.Lanes.COUNT;
import static io.driftmoe.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What is done to each value for itself; n values, which are whole vectors unless it says so. */
final class Elementwise {
  private Elementwise() {}

  /** The ReLU: what is below 0 becomes 0. */
  static void rectify(float[] values, int n) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector.fromArray(SPECIES, values, i).max(0f).intoArray(values, i);
    }
  }

  /** The ReLU's derivative: values become 0 where the other's are not positive. */
  static void keepWherePositive(float[] values, float[] others, int n) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += COUNT) {
      FloatVector other = FloatVector.fromArray(SPECIES, others, i);
      FloatVector value = FloatVector.fromArray(SPECIES, values, i);
      zero.blend(value, other.compare(VectorOperators.GT, zero)).intoArray(values, i);
    }
  }

  /** {@code sums[i] += values[at + i]}. */
  static void add(float[] sums, float[] values, int at, int n) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, i);
      sum.add(FloatVector.fromArray(SPECIES, values, at + i)).intoArray(sums, i);
    }
  }

  /**
   * {@code values[at + i] *= factors[from + i]}.
   *
   * @param n any number
   */
  static void multiply(float[] values, int at, float[] factors, int from, int n) {
    int whole = n - n % COUNT;
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector factor = FloatVector.fromArray(SPECIES, factors, from + i);
      FloatVector.fromArray(SPECIES, values, at + i).mul(factor).intoArray(values, at + i);
    }
    for (int i = whole; i < n; i++) {
      values[at + i] *= factors[from + i];
    }
  }

  /** {@code products[at + i] = coefficient · values[i]}. */
  static void multiplyTo(float[] products, int at, float coefficient, float[] values, int n) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector value = FloatVector.fromArray(SPECIES, values, i);
      value.mul(coefficient).intoArray(products, at + i);
    }
  }
}
