// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.math.BigDecimal;
import java.util.Locale;

/** Numbers as text, the same in every country. */
final class Numbers {
  private static final String NONE = "–";

  private Numbers() {}

  /** For people; a dash for what is not a finite number. */
  static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%,." + decimals + "f", value)
        : NONE;
  }

  /** For programs: all digits, no exponent; empty for what is not a finite number. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    BigDecimal digits = BigDecimal.valueOf(value).stripTrailingZeros();
    return digits.signum() == 0 ? "0" : digits.toPlainString();
  }

  /** A p value: small ones have no digits worth reading. */
  static String probability(double p) {
    return p < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
  }

  /** Bytes with a unit. */
  static String bytes(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    double scaled = value;
    while (scaled >= 1024 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
  }
}
