// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Reads a CSV file: the names of the columns at once, the rows one by one. */
final class CsvRows implements RowSource {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).setIgnoreEmptyLines(true).get();

  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> names;
  // The first row when it holds data, until it has been given.
  private @Nullable String @Nullable [] first;

  CsvRows(Path file) throws IOException {
    this.file = file;
    BufferedReader text = TextFile.open(file);
    try {
      this.parser = CSVParser.builder().setReader(text).setFormat(FORMAT).get();
      this.records = parser.iterator();
      String[] row = read();
      if (row == null) {
        throw new IOException(file + ": the file is empty");
      }
      boolean data = Arrays.stream(row).anyMatch(field -> field != null && Numbers.isNumber(field));
      this.names = names(row, data);
      this.first = data ? row : null;
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  private List<String> names(@Nullable String[] row, boolean data) throws IOException {
    List<String> found =
        IntStream.range(0, row.length)
            .mapToObj(i -> data || row[i] == null || row[i].isBlank() ? "c" + (i + 1) : row[i])
            .toList();
    Set<String> seen = new HashSet<>();
    for (String name : found) {
      if (!seen.add(name)) {
        throw error("two columns are called '%s'".formatted(name));
      }
    }
    return found;
  }

  List<String> names() {
    return names;
  }

  @Override
  public @Nullable String @Nullable [] next() throws IOException {
    String[] row = first != null ? first : read();
    first = null;
    if (row != null && row.length != names.size()) {
      throw error("%s fields for %s columns".formatted(row.length, names.size()));
    }
    return row;
  }

  @Override
  public IOException error(String message) {
    return new IOException("%s:%s: %s".formatted(file, parser.getCurrentLineNumber(), message));
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  private @Nullable String @Nullable [] read() throws IOException {
    try {
      if (!records.hasNext()) {
        return null;
      }
      String[] row = records.next().values();
      for (int i = 0; i < row.length; i++) {
        if (row[i].isEmpty() || row[i].equals("?")) {
          row[i] = null;
        }
      }
      return row;
    } catch (UncheckedIOException e) {
      // the exception's constructors take no null
      throw error("cannot be read: " + TextFile.reason(Objects.requireNonNull(e.getCause())));
    }
  }
}
