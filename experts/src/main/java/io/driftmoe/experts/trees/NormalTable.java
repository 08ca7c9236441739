// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

/**
 * How a threshold divides a normally distributed class: the part Φ(z) below it, and the entropy of
 * that division, H(z) = -Φ log2 Φ - (1 - Φ) log2(1 - Φ), both tabulated over z so that neither an
 * exponential nor a logarithm is left to take. The same bits on every platform.
 *
 * <p>Taylor polynomials, of degree 3 for Φ and 2 for H, around the nearest of 513 points that are
 * 1/32 apart. The absolute error is below 1e-8 for Φ and 2e-6 for H. Beyond ±8 nothing is divided.
 */
final class NormalTable {
  private static final int LIMIT = 8;
  private static final int PER_ONE = 32;
  private static final int POINTS = 2 * LIMIT * PER_ONE + 1;

  /** Numbers a point: Φ and its derivative, H, its derivative and half of its second one. */
  private static final int WIDTH = 5;

  private static final double[] TABLE = new double[POINTS * WIDTH];

  static {
    double h = 1.0 / PER_ONE;
    double[] below = new double[POINTS];
    for (int i = 1; i < POINTS; i++) {
      double z = point(i);
      // Boole's rule over one step; its error is of the order h^7
      below[i] =
          below[i - 1]
              + h
                  / 90
                  * (7 * density(z - h)
                      + 32 * density(z - h * 0.75)
                      + 12 * density(z - h * 0.5)
                      + 32 * density(z - h * 0.25)
                      + 7 * density(z));
    }
    double ln2 = StrictMath.log(2);
    for (int i = 1; i < POINTS - 1; i++) {
      // the mirror image: above the middle 1 - below would cancel
      double p = below[i];
      double q = below[POINTS - 1 - i];
      double density = density(point(i));
      double slope = density * (StrictMath.log(q) - StrictMath.log(p)) / ln2;
      double curvature = -point(i) * slope - density * density / (ln2 * p * q);
      int at = i * WIDTH;
      TABLE[at] = p;
      TABLE[at + 1] = density;
      TABLE[at + 2] = -(p * StrictMath.log(p) + q * StrictMath.log(q)) / ln2;
      TABLE[at + 3] = slope;
      TABLE[at + 4] = curvature / 2;
    }
    TABLE[(POINTS - 1) * WIDTH] = 1;
  }

  private NormalTable() {}

  /**
   * Place of z for the methods below.
   *
   * @param z any number but NaN
   */
  static int index(double z) {
    double limited = z > LIMIT ? LIMIT : z > -LIMIT ? z : -LIMIT;
    return (int) ((limited + LIMIT) * PER_ONE + 0.5);
  }

  /** Probability of a value of at most z, which is at this index. */
  static double below(double z, int index) {
    double point = point(index);
    double d = z - point;
    int at = index * WIDTH;
    double density = TABLE[at + 1];
    double inside = density * d * (1 - d * (point * 0.5 - d * ((point * point - 1) * (1.0 / 6))));
    return TABLE[at] + (density > 0 ? inside : 0);
  }

  /** Entropy in bits of being at most z or not; z is at this index. */
  static double entropy(double z, int index) {
    double d = z - point(index);
    int at = index * WIDTH;
    // outside, an infinite distance would meet a slope of 0
    return TABLE[at + 1] > 0 ? TABLE[at + 2] + d * (TABLE[at + 3] + d * TABLE[at + 4]) : 0;
  }

  private static double point(int i) {
    return i * (1.0 / PER_ONE) - LIMIT;
  }

  private static double density(double z) {
    return StrictMath.exp(-0.5 * z * z) / StrictMath.sqrt(2 * StrictMath.PI);
  }
}
