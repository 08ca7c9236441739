// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/**
 * exp(x) for x of at most 0, several times as fast as {@link StrictMath#exp} and likewise the same
 * bits on every platform: additions, multiplications and a table.
 *
 * <p>{@code exp(x) = 2^q · 2^(i / 64) · exp(r)} with {@code x = (64 q + i) ln 2 / 64 + r} and |r|
 * at most ln 2 / 128; a polynomial of degree 5 gives exp(r) to 1e-16. The relative error stays
 * below 1e-15. Tang: Table-driven implementation of the exponential function in IEEE floating-point
 * arithmetic, ACM Transactions on Mathematical Software 15, 1989.
 */
public final class Exponential {
  /** Steps into which the table divides a factor of 2; a power of 2. */
  public static final int STEPS = 64;

  private static final double[] POWERS = powers();

  /** Below this the result is 0: it would come near the subnormal numbers. */
  public static final double SMALLEST = -700;

  private static final double INVERSE_STEP = STEPS / StrictMath.log(2);

  /**
   * First part of ln 2 / 64, of 32 significant bits, so that its product with any whole number that
   * occurs is exact.
   */
  public static final double STEP_HIGH = 0x1.62e42feep-1 / STEPS;

  /** The rest of ln 2 / 64. */
  public static final double STEP_LOW = 1.90821492927058770002e-10 / STEPS;

  private Exponential() {}

  /** {@return a copy of the table {@code 2^(i / 64)}, for code that computes the same elsewhere} */
  public static double[] table() {
    return POWERS.clone();
  }

  /** {@return {@code 64 / ln 2}} */
  public static double inverseStep() {
    return INVERSE_STEP;
  }

  private static double[] powers() {
    double[] powers = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      powers[i] = StrictMath.pow(2, (double) i / STEPS);
    }
    return powers;
  }

  /**
   * Computes exp(x).
   *
   * @param x at most 0, not NaN
   * @return from 0 to 1; 0 for x below -700
   */
  public static double ofNegative(double x) {
    if (x == 0) {
      return 1; // that of the largest logit of every softmax
    }
    if (x < SMALLEST) {
      return 0;
    }
    int n = (int) (x * INVERSE_STEP - 0.5); // rounds to the nearest, x being negative
    double r = x - n * STEP_HIGH - n * STEP_LOW;
    double polynomial =
        1 + r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120)))));
    double scale = Double.longBitsToDouble((long) (1023 + (n >> 6)) << 52);
    return POWERS[n & (STEPS - 1)] * polynomial * scale;
  }
}
