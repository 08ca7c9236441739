// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

/**
 * Text of strangers, cut to what is shown of it. Keys and ids may be long; a cut one ends with a
 * mark and a hash, so that two that differ stay apart.
 */
final class ShownText {
  static final int ID = 80;
  static final int REASON = 300;

  private ShownText() {}

  /** An id or a key. */
  static String id(String text) {
    return text.length() <= ID
        ? text
        : cut(text, ID - 10) + "…" + Integer.toHexString(text.hashCode());
  }

  /** A reason in words. */
  static String reason(String text) {
    return text.length() <= REASON ? text : cut(text, REASON - 1) + "…";
  }

  /** Not between the two halves of a character. */
  private static String cut(String text, int length) {
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }
}
