// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The beginning of a CSV file, cut into rows in one way or another. */
record CsvSample(String text) {
  /** So many rows are read for a guess at most. */
  static final int ROWS = 1_000;

  private static final int CHARACTERS = 1 << 20;

  /** Reads the beginning, up to the end of a line. */
  static CsvSample read(Reader reader) throws IOException {
    char[] buffer = new char[CHARACTERS];
    int length = 0;
    try {
      for (int read = 0; read >= 0 && length < CHARACTERS; length += Math.max(0, read)) {
        read = reader.read(buffer, length, CHARACTERS - length);
      }
    } catch (IOException e) {
      if (length == 0) {
        throw e; // else whoever reads on reports it, with its line
      }
    }
    int end = length;
    while (length == CHARACTERS && end > 0 && buffer[end - 1] != '\n') {
      end--;
    }
    return new CsvSample(new String(buffer, 0, end == 0 ? length : end));
  }

  /** The rows, up to one that is broken. */
  List<String[]> rows(char separator) {
    List<String[]> rows = new ArrayList<>();
    RecordLimit limit = new RecordLimit(new StringReader(text), separator);
    try (CSVParser parser =
        CSVParser.builder().setReader(limit).setFormat(CsvRows.format(separator)).get()) {
      Iterator<CSVRecord> records = parser.iterator();
      while (rows.size() < ROWS && records.hasNext()) {
        String[] row = CsvRows.fields(records.next(), separator);
        if (row.length > 0) {
          rows.add(row);
        }
        limit.restart();
      }
    } catch (IOException | UncheckedIOException e) {
      // whoever reads the file itself reports it, with its line
      return rows;
    }
    return rows;
  }
}
