// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a CSV file is written, as given or as guessed from its first rows.
 *
 * @param skippedLines at the beginning of the file: comments and Excel's {@code sep=;}
 * @param headerReason why the first row is or is no header, in words
 * @param doubts guesses that may be wrong, with the option that settles each
 */
record CsvDialect(
    Charset charset,
    char separator,
    int skippedLines,
    boolean header,
    String headerReason,
    NumberNotation notation,
    List<String> doubts) {
  private static final Pattern SEPARATOR_LINE =
      Pattern.compile("\"?sep=(.)\"?\\R?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINE = Pattern.compile("[^\r\n]*(\r\n|\n|\r|$)");
  private static final Pattern COMMA = Pattern.compile("[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?");
  private static final Pattern POINT = Pattern.compile("[+-]?[0-9]*[.][0-9]+([eE][+-]?[0-9]+)?");

  /**
   * Finds out what is not given.
   *
   * @param named columns that were asked for by name
   * @throws IOException when the file cannot be read or holds nothing
   */
  static CsvDialect of(Path file, FileReading reading, Collection<String> named)
      throws IOException {
    Charset charset;
    CsvSample sample;
    TextFile opened = TextFile.open(file, reading.encoding());
    try (BufferedReader text = opened.text()) {
      charset = opened.charset();
      sample = CsvSample.read(text);
    } catch (IOException e) {
      throw TextFile.unreadable(file, reading.encoding(), 1, e);
    }
    requireText(file, sample);
    Beginning beginning = Beginning.of(sample, reading.separator());
    char separator = beginning.separator;
    List<String[]> rows = beginning.rest.rows(separator);
    MissingWords missing = new MissingWords(reading.missing());
    NumberNotation notation = notation(reading, separator, rows);
    List<String> doubts = new ArrayList<>();
    boolean header = reading.header() == FileReading.Header.YES;
    String reason = "as --header says";
    if (reading.header() == FileReading.Header.GUESSED && !rows.isEmpty()) {
      HeaderGuess guess = HeaderGuess.of(rows, named, notation, missing);
      header = guess.header();
      reason = guess.reason();
      if (!guess.certain()) {
        doubts.add(
            "the first row may hold names or data and is taken for %s; --header %s says otherwise"
                .formatted(header ? "names" : "data", header ? "no" : "yes"));
      }
    }
    return new CsvDialect(
        charset, separator, beginning.lines, header, reason, notation, List.copyOf(doubts));
  }

  private static void requireText(Path file, CsvSample sample) throws IOException {
    if (sample.text().isBlank()) {
      throw new IOException(file + ": no row of data: the file is empty");
    }
    if (sample.text().indexOf('\0') >= 0) {
      throw new IOException(
          file + ": holds NUL characters and is no UTF-8 text; --encoding UTF-16LE may read it");
    }
  }

  private static NumberNotation notation(FileReading reading, char separator, List<String[]> rows) {
    Character thousands =
        Optional.ofNullable(reading.thousands()).map(text -> text.charAt(0)).orElse(null);
    if (reading.decimal() != null) {
      return new NumberNotation(reading.decimal().charAt(0), thousands);
    }
    boolean comma = separator != ',' && (thousands == null || thousands != ',');
    boolean used = false;
    for (String[] row : comma ? rows : List.<String[]>of()) {
      for (String cell : row) {
        used |= COMMA.matcher(cell).matches();
        comma &= !POINT.matcher(cell).matches();
      }
    }
    return new NumberNotation(comma && used ? ',' : '.', thousands);
  }

  /** The option's value that stands for the separator. */
  String separatorName() {
    return switch (separator) {
      case '\t' -> "tab";
      case ' ' -> "space";
      default -> "'" + separator + "'";
    };
  }

  /** What comes before the first row. */
  private record Beginning(int lines, char separator, CsvSample rest) {

    static Beginning of(CsvSample sample, @org.jspecify.annotations.Nullable String given) {
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
      for (int i = 0; i < comments.size(); i++) {
        int start = comments.get(i);
        int next = i + 1 < comments.size() ? comments.get(i + 1) : end;
        int fields = columns(new CsvSample(text.substring(start, next)), chosen);
        boolean row = fields == columns && fields > 1;
        if (row && (all || !isHeader(judged.rows(chosen)))) {
          break; // a row, or the names
        }
        at = next;
        lines++;
      }
      return new Beginning(lines, chosen, new CsvSample(text.substring(at)));
    }

    private static boolean isHeader(List<String[]> rows) {
      HeaderGuess guess =
          HeaderGuess.of(rows, List.of(), NumberNotation.PLAIN, new MissingWords(null));
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
}
