// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How numbers are written in a file.
 *
 * @param decimal the decimal sign, a point or a comma
 * @param thousands between groups of three digits; null where there is none
 */
record NumberNotation(char decimal, @Nullable Character thousands) {
  static final NumberNotation PLAIN = new NumberNotation('.', null);

  private static final String NONE = "?";
  private static final Pattern GROUPS = Pattern.compile("[+-]?[0-9]{1,3}(_[0-9]{3})+([.][0-9]+)?");

  /** The number, NaN when the text is none or is not finite. */
  double parse(String text) {
    return Numbers.parse(plain(text));
  }

  boolean isNumber(String text) {
    return !Double.isNaN(parse(text));
  }

  /** The same number in plain notation; a text that is no number stays no number. */
  String plain(String text) {
    if (decimal == '.' && thousands == null) {
      return text;
    }
    if (thousands == null && text.indexOf('.') >= 0) {
      return NONE;
    }
    String grouped = thousands == null ? text : text.replace('_', '?').replace(thousands, '_');
    String pointed = decimal == ',' ? grouped.replace(',', '.') : grouped;
    if (pointed.indexOf('_') < 0) {
      return pointed;
    }
    return GROUPS.matcher(pointed).matches() ? pointed.replace("_", "") : NONE;
  }

  /** The options that say so. */
  String options() {
    return "--decimal %s%s"
        .formatted(decimal, thousands == null ? "" : " --thousands '" + thousands + "'");
  }
}
