// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** Cuts text that goes out in a field of its own, such as a reason, to a bounded length. */
final class ShortText {
  private static final String MORE = "...";

  private ShortText() {}

  /** The text, or its beginning and dots: at most so many characters, no character cut in two. */
  static String of(String text, int characters) {
    if (text.length() <= characters) {
      return text;
    }
    int end = Math.max(0, characters - MORE.length());
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + MORE;
  }
}
