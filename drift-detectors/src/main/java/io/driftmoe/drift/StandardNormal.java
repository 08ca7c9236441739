// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/** The standard normal distribution, the same bits on every platform. */
final class StandardNormal {
  private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);

  private StandardNormal() {}

  /** The z that a standard normal variable exceeds, in absolute value, with this probability. */
  static double twoSidedQuantile(double probability) {
    double low = 0;
    double high = 40; // what lies beyond is less than any double
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (2 * upperTail(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /** P(Z &gt; z) for z from 0 on. */
  static double upperTail(double z) {
    double density = StrictMath.exp(-z * z / 2) / SQRT_2_PI;
    if (z < 3) {
      // the integral of the density from 0 to z: density (z + z^3/3 + z^5/(3 5) + ...)
      double term = z;
      double sum = z;
      for (int k = 3; term > sum * 0x1p-60; k += 2) {
        term *= z * z / k;
        sum += term;
      }
      return 0.5 - density * sum;
    }
    // Laplace's continued fraction: density / (z + 1/(z + 2/(z + 3/(z + ...))))
    double fraction = z;
    for (int k = 200; k >= 1; k--) {
      fraction = z + k / fraction;
    }
    return density / fraction;
  }
}
