// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

/**
 * Kernels that add capped squared differences to a row of sums: {@code sums[j] += min(((column[j] -
 * x) scale)², cap)}.
 *
 * <p>The loops have one shape that C2 turns into vector instructions: whole arrays, one index, no
 * offsets (with an offset into a flat matrix the same loops stay scalar on JDK 17, at ten times the
 * cost). Terms are added from left to right without fused multiply-add, so the sums do not depend
 * on the vector width. A float minimum costs as much as the rest of the loop; the kernels without
 * it give the same bits where the caller knows that no term exceeds the cap.
 */
final class SquaredDistances {
  private SquaredDistances() {}

  static void addCapped(float[] column, float x, float scale, float cap, float[] sums, int n) {
    for (int j = 0; j < n; j++) {
      float z = (column[j] - x) * scale;
      sums[j] += Math.min(z * z, cap);
    }
  }

  static void add(float[] column, float x, float scale, float[] sums, int n) {
    for (int j = 0; j < n; j++) {
      float z = (column[j] - x) * scale;
      sums[j] += z * z;
    }
  }

  /** Four columns c[0] to c[3] at once, to spare loads and stores of the sums. */
  static void addFourCapped(float[][] c, float[] x, float[] scale, float cap, float[] sums, int n) {
    addFourCapped(
        c[0], c[1], c[2], c[3], x[0], x[1], x[2], x[3], scale[0], scale[1], scale[2], scale[3], cap,
        sums, n);
  }

  /** Four columns c[0] to c[3] at once, to spare loads and stores of the sums. */
  static void addFour(float[][] c, float[] x, float[] scale, float[] sums, int n) {
    addFour(
        c[0], c[1], c[2], c[3], x[0], x[1], x[2], x[3], scale[0], scale[1], scale[2], scale[3],
        sums, n);
  }

  private static void addFourCapped(
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      float x0,
      float x1,
      float x2,
      float x3,
      float s0,
      float s1,
      float s2,
      float s3,
      float cap,
      float[] sums,
      int n) {
    for (int j = 0; j < n; j++) {
      float z0 = (c0[j] - x0) * s0;
      float z1 = (c1[j] - x1) * s1;
      float z2 = (c2[j] - x2) * s2;
      float z3 = (c3[j] - x3) * s3;
      sums[j] =
          sums[j]
              + Math.min(z0 * z0, cap)
              + Math.min(z1 * z1, cap)
              + Math.min(z2 * z2, cap)
              + Math.min(z3 * z3, cap);
    }
  }

  private static void addFour(
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      float x0,
      float x1,
      float x2,
      float x3,
      float s0,
      float s1,
      float s2,
      float s3,
      float[] sums,
      int n) {
    for (int j = 0; j < n; j++) {
      float z0 = (c0[j] - x0) * s0;
      float z1 = (c1[j] - x1) * s1;
      float z2 = (c2[j] - x2) * s2;
      float z3 = (c3[j] - x3) * s3;
      sums[j] = sums[j] + z0 * z0 + z1 * z1 + z2 * z2 + z3 * z3;
    }
  }
}
