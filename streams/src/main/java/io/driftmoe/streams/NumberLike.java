// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts that are meant as numbers and are none in the notation of the file. */
enum NumberLike {
  INFINITE("is not finite", "[+-]?([iI][nN][fF]([iI][nN][iI][tT][yY])?|∞|1\\.#INF)", ""),
  TOO_LARGE("is out of range", "[+-]?([0-9]++[.,]?[0-9]*+|[.,][0-9]++)[eE][+]?[0-9]+", ""),
  TOO_LONG("is out of range", "[+-]?[0-9]{309,}([.,][0-9]*)?", ""),
  THOUSANDS_COMMA(
      "has a comma",
      "[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?",
      "--thousands , if it separates thousands, --decimal , if it is a decimal comma"),
  DECIMAL_COMMA("has a decimal comma", "[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?", "--decimal ,"),
  THOUSANDS_POINT(
      "has points between thousands",
      "[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]+)?|[+-]?[0-9]{1,3}([.][0-9]{3}){2,}",
      "--decimal , --thousands ."),
  DECIMAL_POINT("has a decimal point", "[+-]?[0-9]*[.][0-9]+([eE][+-]?[0-9]+)?", "--decimal ."),
  THOUSANDS(
      "has groups of thousands",
      "[+-]?[0-9]{1,3}([ \u00A0\u2009\u202F'’_][0-9]{3})+([.,][0-9]+)?",
      "--thousands with the character between them"),
  PERCENT("has a per cent sign", "[+-]?([0-9]++[.,]?[0-9]*+|[.,][0-9]++)\\s*%", ""),
  CURRENCY(
      "has a sign of a currency",
      "[+-]?\\p{Sc}\\s*[+-]?[0-9][0-9.,]*|[+-]?[0-9][0-9.,]*\\s*\\p{Sc}",
      ""),
  MINUS("has a minus sign that is no hyphen", "[−–][0-9]*[.,]?[0-9]+", "");

  private final String fault;
  private final Pattern pattern;
  private final String wayOut;

  NumberLike(String fault, String pattern, String wayOut) {
    this.fault = fault;
    this.pattern = Pattern.compile(pattern);
    this.wayOut = wayOut;
  }

  /** What kind of number the text was meant as; null when it is just a word. */
  static @Nullable NumberLike of(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.pattern.matcher(text).matches())
        .findFirst()
        .orElse(null);
  }

  /** What is wrong with it, as a predicate. */
  String fault() {
    return fault;
  }

  /** The option that reads it as a number; empty when there is none. */
  String wayOut() {
    return wayOut;
  }
}
