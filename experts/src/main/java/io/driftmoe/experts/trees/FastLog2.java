// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

/**
 * The base-2 logarithm, the same bits on every platform and several times as fast as StrictMath.
 *
 * <p>x = 2^e m with m from 1 to 2; log2(m) = log2(c) + log2(1 + (m - c)/c) with c the middle of
 * that 256th of the interval in which m lies: a table, then a polynomial of degree 4. The absolute
 * error is below 1e-12.
 */
public final class FastLog2 {
  private static final int CELLS = 256;
  private static final double[] INVERSES = new double[CELLS];
  private static final double[] LOGARITHMS = new double[CELLS];
  private static final double LOG2_E = 1 / StrictMath.log(2);

  // x log2(x): what is counted is mostly a small whole number
  private static final double[] PRODUCTS = new double[2_048];

  static {
    for (int x = 2; x < PRODUCTS.length; x++) {
      PRODUCTS[x] = x * StrictMath.log(x) * LOG2_E;
    }
    for (int i = 0; i < CELLS; i++) {
      double middle = 1 + (i + 0.5) / CELLS;
      INVERSES[i] = 1 / middle;
      LOGARITHMS[i] = StrictMath.log(middle) * LOG2_E;
    }
  }

  private FastLog2() {}

  /**
   * {@return the logarithm}
   *
   * @param x positive, finite and normal
   */
  public static double log2(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int cell = (int) (bits >>> 44) & CELLS - 1;
    double m = Double.longBitsToDouble(bits & 0xfffffffffffffL | 0x3ff0000000000000L);
    double r = m * INVERSES[cell] - 1;
    double tail = r * (1 - r * (1.0 / 2 - r * (1.0 / 3 - r * (1.0 / 4))));
    return (int) (bits >>> 52) - 1023 + (LOGARITHMS[cell] + tail * LOG2_E);
  }

  /** x log2(x), for x of at least 0; 0 below the smallest normal number. */
  static double xLog2(double x) {
    int whole = (int) x;
    if (whole == x && whole < PRODUCTS.length) {
      return PRODUCTS[whole];
    }
    return x >= Double.MIN_NORMAL ? x * log2(x) : 0;
  }
}
