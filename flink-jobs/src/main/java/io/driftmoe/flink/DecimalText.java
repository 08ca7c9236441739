// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** Tells numbers in decimal digits from what else Java's parsers take for one: 1d, 0x1p3, NaN. */
public final class DecimalText {
  private static final int LONGEST = 1_000;

  private DecimalText() {}

  /**
   * {@return the number that a text is; NaN where it is none, infinite where it is too large}
   *
   * @param text maybe with white space around the number
   */
  public static double parse(String text) {
    String number = text.strip();
    if (number.length() > LONGEST || !mayBe(number)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Whether it holds nothing but the digits 0 to 9, signs, points and exponents. */
  static boolean mayBe(String number) {
    for (int at = 0; at < number.length(); at++) {
      char c = number.charAt(at);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return !number.isEmpty();
  }
}
