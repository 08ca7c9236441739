// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a line of an ARFF file into values. A value may stand in single or double quotes, with a
 * backslash before a character that would end it; blanks around it do not count. A percent sign
 * after a blank starts a comment.
 */
final class ArffTokens {
  private final String line;
  private int at;

  ArffTokens(String line) {
    this.line = line;
    skipBlanks();
  }

  /** Whether nothing is left but blanks and a comment. */
  boolean atEnd() {
    return at == line.length() || line.charAt(at) == '%';
  }

  /** Whether this character comes next; if so it is passed over, with the blanks after it. */
  boolean take(char c) {
    if (at < line.length() && line.charAt(at) == c) {
      at++;
      skipBlanks();
      return true;
    }
    return false;
  }

  /**
   * The next value.
   *
   * @param stops characters that end a value outside quotes
   * @return null for an unquoted question mark
   * @throws IllegalArgumentException when a quote is not closed
   */
  @Nullable String value(String stops) {
    if (at < line.length() && (line.charAt(at) == '\'' || line.charAt(at) == '"')) {
      return quoted(line.charAt(at++));
    }
    int start = at;
    while (at < line.length() && stops.indexOf(line.charAt(at)) < 0 && !startsComment()) {
      at++;
    }
    String value = line.substring(start, at).strip();
    skipBlanks();
    return value.equals("?") ? null : value;
  }

  /** The characters up to the next blank, whatever they are; empty at the end of the line. */
  String word() {
    int start = at;
    while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    String word = line.substring(start, at);
    skipBlanks();
    return word;
  }

  /** All values up to the end of the line, separated by commas; MOA writes one behind the last. */
  List<@Nullable String> row() {
    List<@Nullable String> values = new ArrayList<>();
    do {
      values.add(value(","));
    } while (take(',') && !atEnd());
    if (!atEnd()) {
      throw new IllegalArgumentException("text after a quoted value: " + line.substring(at));
    }
    return values;
  }

  private String quoted(char quote) {
    StringBuilder value = new StringBuilder();
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == quote) {
        at++;
        skipBlanks();
        return value.toString();
      }
      if (c == '\\' && at + 1 < line.length()) {
        c = line.charAt(++at);
      }
      value.append(c);
    }
    throw new IllegalArgumentException("a quoted value is not closed");
  }

  private boolean startsComment() {
    return line.charAt(at) == '%' && (at == 0 || Character.isWhitespace(line.charAt(at - 1)));
  }

  private void skipBlanks() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
  }
}
