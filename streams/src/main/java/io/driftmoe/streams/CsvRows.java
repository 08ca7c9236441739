// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV file: the names of the columns at once, the rows one by one. Blanks around a field do
 * not count. An empty field is an empty text here: what is missing depends on its column.
 */
final class CsvRows implements RowSource {
  private final Path file;
  private final FileReading reading;
  private final CsvDialect dialect;
  private final RecordLimit limit;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> names;
  // The first row when it holds data, until it has been given.
  private String @Nullable [] first;
  // Of the row given last, from 1.
  private long firstLine;
  private long lastLine;

  CsvRows(Path file, FileReading reading, CsvDialect dialect) throws IOException {
    this.file = file;
    this.reading = reading;
    this.dialect = dialect;
    this.limit =
        new RecordLimit(TextFile.open(file, reading.encoding()).text(), dialect.separator());
    BufferedReader text = new BufferedReader(limit);
    try {
      skip(text);
      this.lastLine = dialect.skippedLines();
      this.parser =
          CSVParser.builder().setReader(text).setFormat(format(dialect.separator())).get();
      this.records = parser.iterator();
      String[] row = read();
      if (row == null) {
        throw new IOException(file + ": no row of data");
      }
      this.names = names(row);
      this.first = dialect.header() ? null : row;
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  private void skip(BufferedReader text) throws IOException {
    for (int i = 0; i < dialect.skippedLines(); i++) {
      try {
        limit.restart();
        text.readLine();
      } catch (IOException e) {
        throw TextFile.unreadable(file, reading.encoding(), i + 1L, e);
      }
    }
  }

  static CSVFormat format(char separator) {
    return CSVFormat.DEFAULT
        .builder()
        .setDelimiter(separator)
        .setIgnoreSurroundingSpaces(true)
        .setIgnoreEmptyLines(true)
        .get();
  }

  /** The fields without blanks around them; none in a blank line. */
  static String[] fields(CSVRecord record, char separator) {
    String[] fields = record.values();
    for (int i = 0; i < fields.length; i++) {
      fields[i] = strip(fields[i]);
    }
    if (separator == ' ') {
      // several blanks separate as one does
      return Arrays.stream(fields).filter(field -> !field.isEmpty()).toArray(String[]::new);
    }
    return fields.length == 1 && fields[0].isEmpty() ? new String[0] : fields;
  }

  private static String strip(String field) {
    String stripped = field.strip();
    return stripped.indexOf('\u00A0') < 0
        ? stripped
        : stripped.replaceAll("^[\\s\u00A0]+|[\\s\u00A0]+$", "");
  }

  private List<String> names(String[] row) {
    return IntStream.range(0, row.length)
        .mapToObj(i -> dialect.header() ? name(row[i], i) : "c" + (i + 1))
        .toList();
  }

  private static String name(String cell, int position) {
    String name = position == 0 && cell.startsWith("#") ? strip(cell.substring(1)) : cell;
    return name.isBlank() ? "c" + (position + 1) : name;
  }

  List<String> names() {
    return names;
  }

  @Override
  public String @Nullable [] next() throws IOException {
    String[] row = first != null ? first : read();
    first = null;
    if (row != null && row.length != names.size()) {
      throw error("%s fields for %s columns%s".formatted(row.length, names.size(), hint(row)));
    }
    return row;
  }

  private String hint(String[] row) {
    if (row.length == names.size() + 1 && row[row.length - 1].isEmpty()) {
      return ": the row ends in a separator, which the first row does not";
    }
    if (lastLine > firstLine) {
      return ", in a row that ends in line %s: is a quote missing?".formatted(lastLine);
    }
    if (row.length == dialect.usualWidth() && row.length == names.size() + 1) {
      return "; most rows have one field more than the first: it lacks a name";
    }
    if (row.length == dialect.usualWidth()) {
      return "; most rows have as many: remove the lines above the names";
    }
    if (row[0].startsWith("#")) {
      return "; comments are read before the first row only";
    }
    return row.length > names.size()
        ? ": a field that holds the separator must stand in double quotes"
        : ": a field is missing, or a line break stands outside quotes";
  }

  /** The line where the row given last begins, from 1. */
  long line() {
    return firstLine;
  }

  @Override
  public IOException error(String message) {
    return new IOException("%s:%s: %s".formatted(file, firstLine, message));
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  private String @Nullable [] read() throws IOException {
    try {
      String[] row = new String[0];
      while (row.length == 0) {
        limit.restart();
        if (!records.hasNext()) {
          return null;
        }
        CSVRecord record = records.next();
        long before = lastLine;
        lastLine = dialect.skippedLines() + parser.getCurrentLineNumber();
        firstLine = lastLine - before > 1 ? lastLine - breaks(record) : lastLine;
        row = fields(record, dialect.separator());
        requireText(row);
      }
      return row;
    } catch (UncheckedIOException e) {
      // the exception's constructors take no null
      throw unreadable(Objects.requireNonNull(e.getCause()));
    }
  }

  private void requireText(String[] row) throws IOException {
    if (row.length > RecordLimit.MOST_FIELDS) {
      throw error("a row has more than %s fields".formatted(RecordLimit.MOST_FIELDS));
    }
    for (String field : row) {
      if (field.indexOf('\0') >= 0) {
        throw error(
            "the field '%s' holds a NUL character: this is no text".formatted(Shown.of(field)));
      }
    }
  }

  private IOException unreadable(IOException e) throws IOException {
    firstLine = lastLine + 1;
    if (e instanceof RecordLimit.Exceeded) {
      return error(e.getMessage() + ": is a quote not closed?");
    }
    String words = String.valueOf(e.getMessage());
    // the parser's two complaints are about quotes
    if (words.contains("EOF reached before encapsulated token finished")) {
      return error("a quote is not closed before the end of the file");
    }
    return words.startsWith("Invalid character between encapsulated token")
        ? error("there is text behind a closing quote; a quote inside quotes is written twice")
        : TextFile.unreadable(file, reading.encoding(), firstLine, e);
  }

  private static long breaks(CSVRecord record) {
    long breaks = 0;
    for (String field : record) {
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        boolean pair = c == '\r' && i + 1 < field.length() && field.charAt(i + 1) == '\n';
        breaks += (c == '\n' || c == '\r') && !pair ? 1 : 0;
      }
    }
    return breaks;
  }
}
