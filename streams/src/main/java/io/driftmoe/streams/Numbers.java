// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/** Reads decimal numbers, and nothing else that Java takes for one ("1d", "0x1p3", "NaN"). */
final class Numbers {
  private Numbers() {}

  /** The number, NaN when the text is none or is not finite. */
  static double parse(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return Double.NaN;
      }
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isInfinite(number) ? Double.NaN : number;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  static boolean isNumber(String text) {
    return !Double.isNaN(parse(text));
  }
}
