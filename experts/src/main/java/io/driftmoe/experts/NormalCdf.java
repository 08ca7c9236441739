// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

/**
 * The standard normal distribution function, the same bits on every platform.
 *
 * <p>A Taylor polynomial of degree 3 around the nearest of 513 tabulated points, 1/32 apart. The
 * absolute error is below 1e-8; beyond ±8 the result is 0 or 1.
 */
final class NormalCdf {
  private static final int LIMIT = 8;
  private static final int PER_ONE = 32;
  private static final int POINTS = 2 * LIMIT * PER_ONE + 1;
  private static final double[] BELOW = new double[POINTS];
  private static final double[] DENSITY = new double[POINTS];

  static {
    double h = 1.0 / PER_ONE;
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      double z = at(i);
      DENSITY[i] = density(z);
      if (i > 0) {
        // Boole's rule over one step; its error is of the order h^7
        sum +=
            h
                / 90
                * (7 * DENSITY[i - 1]
                    + 32 * density(z - h * 0.75)
                    + 12 * density(z - h * 0.5)
                    + 32 * density(z - h * 0.25)
                    + 7 * DENSITY[i]);
      }
      BELOW[i] = sum;
    }
  }

  private NormalCdf() {}

  /** The probability of a value of at most z. */
  static double below(double z) {
    if (!(z > -LIMIT)) {
      return 0;
    }
    if (z >= LIMIT) {
      return 1;
    }
    int i = (int) ((z + LIMIT) * PER_ONE + 0.5);
    double point = at(i);
    double d = z - point;
    return BELOW[i]
        + DENSITY[i] * d * (1 - d * (point * 0.5 - d * ((point * point - 1) * (1.0 / 6))));
  }

  private static double at(int i) {
    return i * (1.0 / PER_ONE) - LIMIT;
  }

  private static double density(double z) {
    return StrictMath.exp(-0.5 * z * z) / StrictMath.sqrt(2 * StrictMath.PI);
  }
}
