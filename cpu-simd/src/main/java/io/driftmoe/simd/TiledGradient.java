// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import static io.driftmoe.simd.Lanes.COUNT;
import static io.driftmoe.simd.Lanes.SPECIES;
import static io.driftmoe.simd.TiledProduct.ROWS;
import static io.driftmoe.simd.TiledProduct.VECTORS;

import jdk.incubator.vector.FloatVector;

/**
 * Adds the product of a transposed matrix with another to a third: the gradient of the weights, a
 * sum over the rows of a mini-batch.
 *
 * <p>Like {@link TiledProduct} but for how the left factor is read. It is code of its own because
 * of the range checks: C2 (JDK 17) takes them out of the loop where the loop counter is the index,
 * as there, and makes one of those whose indexes differ by constants, as here. One kernel for both,
 * at strides that are variables, keeps all of them and takes a sixth longer.
 */
final class TiledGradient {
  private TiledGradient() {}

  /**
   * {@code c[i][j] += sum over k of a[k][i] · b[k][j]}, for i below {@code rows} rounded up to
   * whole tiles, j below {@code columns} rounded up to whole vectors.
   *
   * @param aTerm floats in a from one term to the next
   * @param cRow floats in c from one row to the next
   */
  static void add(
      float[] a, int aTerm, Panels b, float[] c, int cRow, int rows, int terms, int columns) {
    int vectors = Lanes.padded(columns) / COUNT;
    int v = 0;
    for (; v + VECTORS <= vectors; v += VECTORS) {
      int bAt = v / VECTORS * b.panel();
      for (int i = 0; i < rows; i += ROWS) {
        addFour(a, i, aTerm, b.values(), bAt, b.term(), c, i * cRow + v * COUNT, cRow, terms);
      }
    }
    for (; v < vectors; v++) {
      int bAt = v / VECTORS * b.panel() + v % VECTORS * COUNT;
      for (int i = 0; i < rows; i += ROWS) {
        addOne(a, i, aTerm, b.values(), bAt, b.term(), c, i * cRow + v * COUNT, cRow, terms);
      }
    }
  }

  private static void addFour(
      float[] a,
      int aAt,
      int aTerm,
      float[] b,
      int bAt,
      int bTerm,
      float[] c,
      int cAt,
      int cRow,
      int terms) {
    int c0 = cAt;
    int c1 = cAt + cRow;
    int c2 = cAt + 2 * cRow;
    int c3 = cAt + 3 * cRow;
    FloatVector sum00 = FloatVector.fromArray(SPECIES, c, c0);
    FloatVector sum01 = FloatVector.fromArray(SPECIES, c, c0 + COUNT);
    FloatVector sum02 = FloatVector.fromArray(SPECIES, c, c0 + 2 * COUNT);
    FloatVector sum03 = FloatVector.fromArray(SPECIES, c, c0 + 3 * COUNT);
    FloatVector sum10 = FloatVector.fromArray(SPECIES, c, c1);
    FloatVector sum11 = FloatVector.fromArray(SPECIES, c, c1 + COUNT);
    FloatVector sum12 = FloatVector.fromArray(SPECIES, c, c1 + 2 * COUNT);
    FloatVector sum13 = FloatVector.fromArray(SPECIES, c, c1 + 3 * COUNT);
    FloatVector sum20 = FloatVector.fromArray(SPECIES, c, c2);
    FloatVector sum21 = FloatVector.fromArray(SPECIES, c, c2 + COUNT);
    FloatVector sum22 = FloatVector.fromArray(SPECIES, c, c2 + 2 * COUNT);
    FloatVector sum23 = FloatVector.fromArray(SPECIES, c, c2 + 3 * COUNT);
    FloatVector sum30 = FloatVector.fromArray(SPECIES, c, c3);
    FloatVector sum31 = FloatVector.fromArray(SPECIES, c, c3 + COUNT);
    FloatVector sum32 = FloatVector.fromArray(SPECIES, c, c3 + 2 * COUNT);
    FloatVector sum33 = FloatVector.fromArray(SPECIES, c, c3 + 3 * COUNT);
    int a0 = aAt;
    int b0 = bAt;
    for (int k = 0; k < terms; k++) {
      FloatVector row0 = FloatVector.fromArray(SPECIES, b, b0);
      FloatVector row1 = FloatVector.fromArray(SPECIES, b, b0 + COUNT);
      FloatVector row2 = FloatVector.fromArray(SPECIES, b, b0 + 2 * COUNT);
      FloatVector row3 = FloatVector.fromArray(SPECIES, b, b0 + 3 * COUNT);
      FloatVector factor = FloatVector.broadcast(SPECIES, a[a0]);
      sum00 = sum00.add(row0.mul(factor));
      sum01 = sum01.add(row1.mul(factor));
      sum02 = sum02.add(row2.mul(factor));
      sum03 = sum03.add(row3.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 1]);
      sum10 = sum10.add(row0.mul(factor));
      sum11 = sum11.add(row1.mul(factor));
      sum12 = sum12.add(row2.mul(factor));
      sum13 = sum13.add(row3.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 2]);
      sum20 = sum20.add(row0.mul(factor));
      sum21 = sum21.add(row1.mul(factor));
      sum22 = sum22.add(row2.mul(factor));
      sum23 = sum23.add(row3.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 3]);
      sum30 = sum30.add(row0.mul(factor));
      sum31 = sum31.add(row1.mul(factor));
      sum32 = sum32.add(row2.mul(factor));
      sum33 = sum33.add(row3.mul(factor));
      a0 += aTerm;
      b0 += bTerm;
    }
    sum00.intoArray(c, c0);
    sum01.intoArray(c, c0 + COUNT);
    sum02.intoArray(c, c0 + 2 * COUNT);
    sum03.intoArray(c, c0 + 3 * COUNT);
    sum10.intoArray(c, c1);
    sum11.intoArray(c, c1 + COUNT);
    sum12.intoArray(c, c1 + 2 * COUNT);
    sum13.intoArray(c, c1 + 3 * COUNT);
    sum20.intoArray(c, c2);
    sum21.intoArray(c, c2 + COUNT);
    sum22.intoArray(c, c2 + 2 * COUNT);
    sum23.intoArray(c, c2 + 3 * COUNT);
    sum30.intoArray(c, c3);
    sum31.intoArray(c, c3 + COUNT);
    sum32.intoArray(c, c3 + 2 * COUNT);
    sum33.intoArray(c, c3 + 3 * COUNT);
  }

  private static void addOne(
      float[] a,
      int aAt,
      int aTerm,
      float[] b,
      int bAt,
      int bTerm,
      float[] c,
      int cAt,
      int cRow,
      int terms) {
    int c0 = cAt;
    int c1 = cAt + cRow;
    int c2 = cAt + 2 * cRow;
    int c3 = cAt + 3 * cRow;
    FloatVector sum0 = FloatVector.fromArray(SPECIES, c, c0);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, c, c1);
    FloatVector sum2 = FloatVector.fromArray(SPECIES, c, c2);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, c, c3);
    int a0 = aAt;
    int b0 = bAt;
    for (int k = 0; k < terms; k++) {
      FloatVector row = FloatVector.fromArray(SPECIES, b, b0);
      FloatVector factor = FloatVector.broadcast(SPECIES, a[a0]);
      sum0 = sum0.add(row.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 1]);
      sum1 = sum1.add(row.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 2]);
      sum2 = sum2.add(row.mul(factor));
      factor = FloatVector.broadcast(SPECIES, a[a0 + 3]);
      sum3 = sum3.add(row.mul(factor));
      a0 += aTerm;
      b0 += bTerm;
    }
    sum0.intoArray(c, c0);
    sum1.intoArray(c, c1);
    sum2.intoArray(c, c2);
    sum3.intoArray(c, c3);
  }
}
