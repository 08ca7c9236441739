// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What comes before the first row of a CSV file: comments, and the line in which Excel announces
 * the separator.
 *
 * @param lines how many lines that is
 * @param separator as given, announced or guessed
 * @param rest what follows
 */
record CsvBeginning(int lines, char separator, CsvSample rest) {
  private static final Pattern SEPARATOR_LINE =
      Pattern.compile("\"?sep ?=([^\"\r\n])\"?[ \t]*\\R?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINE = Pattern.compile("[^\r\n]*(\r\n|\n|\r|$)");

  static CsvBeginning of(CsvSample sample, @Nullable String given) {
    String text = sample.text();
    int at = 0;
    int lines = 0;
    Character separator = given == null ? null : given.charAt(0);
    Matcher line = LINE.matcher(text);
    if (line.lookingAt()) {
      Matcher announced = SEPARATOR_LINE.matcher(line.group());
      if (announced.matches()) {
        separator = separator == null ? announced.group(1).charAt(0) : separator;
        at = line.end();
        lines++;
      }
    }
    List<Integer> comments = new ArrayList<>();
    int end = at;
    while (end < text.length() && line.find(end) && isComment(line.group())) {
      comments.add(end);
      end = line.end();
    }
    CsvSample behind = new CsvSample(text.substring(end));
    boolean all = behind.text().isBlank();
    CsvSample judged = all ? new CsvSample(text.substring(at)) : behind;
    char chosen = separator == null ? SeparatorGuess.of(judged) : separator;
    int columns = columns(judged, chosen);
    boolean named = !comments.isEmpty() && columns > 0 && !all && isHeader(judged.rows(chosen));
    for (int i = 0; i < comments.size(); i++) {
      int start = comments.get(i);
      int next = i + 1 < comments.size() ? comments.get(i + 1) : end;
      int fields = columns(new CsvSample(text.substring(start, next)), chosen);
      boolean row = fields == columns && fields > 1;
      if (row && !named) {
        break; // a row, or the names
      }
      at = next;
      lines++;
    }
    return new CsvBeginning(lines, chosen, new CsvSample(text.substring(at)));
  }

  private static boolean isHeader(List<String[]> rows) {
    HeaderGuess guess =
        HeaderGuess.of(rows, List.of(), NumberNotation.PLAIN, new MissingWords(List.of()));
    return guess.header() && guess.certain();
  }

  private static boolean isComment(String line) {
    return line.isBlank() || line.startsWith("#");
  }

  private static int columns(CsvSample sample, char separator) {
    List<String[]> rows = sample.rows(separator);
    return rows.isEmpty() ? 0 : rows.get(0).length;
  }
}
