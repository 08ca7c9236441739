// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.util.Locale;

/**
 * Text of a message as a reason may show it: in quotes, of bounded length, and in one line. Control
 * characters, line separators and unpaired surrogates are escaped, because reasons are read in
 * terminals and logs.
 */
public final class QuotedText {
  private static final int MOST_CHARACTERS = 80;

  private QuotedText() {}

  /**
   * Quotes a text.
   *
   * @param text of any length and content
   * @return its first 80 characters in single quotes, followed by dots where it is longer
   */
  public static String of(String text) {
    return of(text, MOST_CHARACTERS);
  }

  /**
   * Quotes as much of a text as is wanted.
   *
   * @param text of any length and content
   * @param most characters of it that are shown
   * @return its first characters in single quotes, followed by dots where it is longer
   */
  public static String of(String text, int most) {
    StringBuilder quoted = new StringBuilder("'");
    int at = 0;
    for (int shown = 0; at < text.length() && shown < most; shown++) {
      int character = text.codePointAt(at);
      if (isPlain(character)) {
        quoted.appendCodePoint(character);
      } else {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", character));
      }
      at += Character.charCount(character);
    }
    return quoted.append(at < text.length() ? "...'" : "'").toString();
  }

  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
