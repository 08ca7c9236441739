// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a line of an ARFF file into values, as Weka and MOA do: blanks, a comma, or both separate
 * them. A value in single or double quotes may hold separators; in it a backslash stands before a
 * character that would end it, or makes a control character ({@code \n}, {@code \t}, {@code \101}).
 * A percent sign outside quotes starts a comment.
 */
final class ArffTokens {
  private static final String ESCAPED = "abfnrtv";
  private static final String CONTROL = "\u0007\b\f\n\r\t\u000B";
  private static final int MOST_OCTAL_DIGITS = 3;
  private static final int MOST_VALUES = 500_000;

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

  /** Whether a comment is left. */
  boolean atComment() {
    return at < line.length() && line.charAt(at) == '%';
  }

  /** What is left, with its comment. */
  String rest() {
    return line.substring(at);
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
   * The next value, up to a blank, a comment, or one of the stops.
   *
   * @param stops further characters that end a value outside quotes
   * @return null for a question mark outside quotes
   * @throws IllegalArgumentException when a quote is not closed, or text follows it at once
   */
  @Nullable String value(String stops) {
    if (at < line.length() && (line.charAt(at) == '\'' || line.charAt(at) == '"')) {
      String value = quoted(line.charAt(at++));
      if (!endsValue(stops)) {
        throw new IllegalArgumentException("text after a quoted value: " + Shown.of(rest()));
      }
      skipBlanks();
      return value;
    }
    int start = at;
    while (!endsValue(stops)) {
      at++;
    }
    String value = line.substring(start, at);
    skipBlanks();
    return value.equals("?") ? null : value;
  }

  /** The next value, as the name of an attribute: in quotes its type may follow at once. */
  @Nullable String name() {
    if (at < line.length() && (line.charAt(at) == '\'' || line.charAt(at) == '"')) {
      String name = quoted(line.charAt(at++));
      skipBlanks();
      return name;
    }
    return value("{");
  }

  /** The characters up to the next blank, quote or comment; empty at the end of the line. */
  String word() {
    int start = at;
    while (!endsValue("'\"")) {
      at++;
    }
    String word = line.substring(start, at);
    skipBlanks();
    return word;
  }

  /**
   * All values up to the end of the line; MOA writes a comma behind the last. A weight behind them,
   * {@code {2.5}}, is passed over. Of a line of very many values only the first are taken.
   *
   * @throws IllegalArgumentException on broken quotes or a broken weight
   */
  List<@Nullable String> row() {
    List<@Nullable String> values = new ArrayList<>();
    do {
      if (isWeight()) {
        skipWeight();
        break;
      }
      values.add(value(","));
      take(',');
    } while (!atEnd() && values.size() <= MOST_VALUES);
    return values;
  }

  /**
   * The pairs of position and value of a sparse row, {@code {1 a, 4 2.5}}. A weight behind them is
   * passed over.
   *
   * @param leftOut values of the positions that the row does not name; receives those that it names
   * @throws IllegalArgumentException on broken quotes, a broken weight, or positions that are not
   *     whole numbers in ascending order
   */
  void sparseRow(@Nullable String[] leftOut) {
    take('{');
    int last = -1;
    while (!take('}')) {
      if (atEnd()) {
        throw new IllegalArgumentException("a sparse row must end in }");
      }
      int position = position(value(",}"));
      if (position <= last || position >= leftOut.length) {
        throw new IllegalArgumentException(
            "position %s in a sparse row, after %s and of %s attributes: positions ascend from 0"
                .formatted(position, last, leftOut.length));
      }
      last = position;
      leftOut[position] = value(",}");
      take(',');
    }
    take(',');
    if (isWeight()) {
      skipWeight();
    } else if (!atEnd()) {
      throw new IllegalArgumentException("text after a sparse row: " + Shown.of(rest()));
    }
  }

  private static int position(@Nullable String text) {
    if (text == null || !text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "a sparse row needs the position of an attribute from 0, got '%s'"
              .formatted(Shown.of(String.valueOf(text))));
    }
    return Integer.parseInt(text);
  }

  private boolean isWeight() {
    return at < line.length() && line.charAt(at) == '{';
  }

  private void skipWeight() {
    String weight = rest();
    take('{');
    String number = value("}");
    if (number == null || !(Numbers.parse(number) >= 0) || !take('}') || !atEnd()) {
      throw new IllegalArgumentException(
          "the weight of a row must be a number of at least 0 in braces at its end, got "
              + Shown.of(weight));
    }
  }

  private String quoted(char quote) {
    StringBuilder value = new StringBuilder();
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == quote) {
        return value.toString();
      }
      value.append(c == '\\' && at < line.length() ? escaped() : c);
    }
    throw new IllegalArgumentException("a quoted value is not closed");
  }

  private char escaped() {
    int code = 0;
    int digits = 0;
    // three octal digits from \000 to \377, else two
    while (at < line.length()
        && line.charAt(at) >= '0'
        && line.charAt(at) <= '7'
        && digits < MOST_OCTAL_DIGITS
        && code * 8 + line.charAt(at) - '0' <= 0xFF) {
      code = code * 8 + line.charAt(at++) - '0';
      digits++;
    }
    if (digits > 0) {
      return (char) code;
    }
    char c = line.charAt(at++);
    int control = ESCAPED.indexOf(c);
    return control < 0 ? c : CONTROL.charAt(control);
  }

  private boolean endsValue(String stops) {
    return at == line.length()
        || line.charAt(at) == '%'
        || isBlank(line.charAt(at))
        || stops.indexOf(line.charAt(at)) >= 0;
  }

  private void skipBlanks() {
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
  }

  /** All characters up to a blank count, as in Weka and MOA; no-break space and others do not. */
  private static boolean isBlank(char c) {
    return c <= ' ';
  }
}
