// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

/**
 * A product of many positive numbers that neither overflows nor vanishes: value * 2^exponent, with
 * the exponent kept apart.
 */
final class ScaledProduct {
  private static final double LN_2 = StrictMath.log(2);
  private static final double SMALLEST_FACTOR = 0x1p-600;
  private static final double LARGEST_FACTOR = 0x1p600;
  private static final double SMALLEST = 0x1p-400;
  private static final double LARGEST = 0x1p400;

  private double value = 1;
  private long exponent;

  /** Starts again, with 1. */
  void reset() {
    value = 1;
    exponent = 0;
  }

  /** Multiplies by a positive, finite number. */
  void times(double factor) {
    if (factor > SMALLEST_FACTOR && factor < LARGEST_FACTOR) {
      value *= factor;
    } else {
      exponent += Math.getExponent(factor);
      value *= significand(factor);
    }
    if (!(value > SMALLEST && value < LARGEST)) {
      normalise();
    }
  }

  private void normalise() {
    exponent += Math.getExponent(value);
    value = significand(value);
  }

  /** Replaces the product by its square root. */
  void squareRoot() {
    if ((exponent & 1) != 0) {
      value *= 2;
      exponent--;
    }
    value = Math.sqrt(value);
    exponent >>= 1;
  }

  /** The product from 1 to 2 that is left when {@link #power} is taken out. */
  double significand() {
    return significand(value);
  }

  /** Natural logarithm of the power of two in the product. */
  double power() {
    return (exponent + Math.getExponent(value)) * LN_2;
  }

  private static double significand(double x) {
    return Double.longBitsToDouble(
        Double.doubleToRawLongBits(x) & 0xfffffffffffffL | 0x3ff0000000000000L);
  }
}
