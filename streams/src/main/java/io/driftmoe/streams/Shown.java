// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/** Texts of a file as messages show them: in one line, without control characters, cut if long. */
public final class Shown {
  private static final int MOST = 60;

  private Shown() {}

  /**
   * {@return the text in one line}
   *
   * @param text of any length, with any characters
   */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(MOST).forEach(character -> append(shown, character));
    return text.codePointCount(0, text.length()) > MOST
        ? shown.append('…').toString()
        : shown.toString();
  }

  private static void append(StringBuilder shown, int character) {
    switch (character) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (isVisible(character)) {
          shown.appendCodePoint(character);
        } else {
          shown.append("\\u").append(Integer.toHexString(0x10000 | character).substring(1));
        }
      }
    }
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          character > 0xFFFF;
      default -> true;
    };
  }
}
