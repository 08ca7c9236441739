// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens CSV files: one pass to learn the types, another to give the rows. */
final class CsvFile {
  private CsvFile() {}

  static LabeledStream open(Path file, String className, Set<String> ignore, long maxEvents)
      throws IOException {
    List<CsvColumn> used = new ArrayList<>();
    long length = 0;
    try (CsvRows rows = new CsvRows(file)) {
      ColumnChoice choice = ColumnChoice.of(file, rows.names(), className, ignore);
      for (int position : choice.features()) {
        used.add(CsvColumn.feature(rows.names().get(position), position));
      }
      used.add(CsvColumn.label(rows.names().get(choice.label()), choice.label()));
      for (@Nullable String[] row = next(rows, length, maxEvents);
          row != null;
          row = next(rows, length, maxEvents)) {
        length++;
        for (CsvColumn column : used) {
          column.observe(row, rows);
        }
      }
    }
    if (length == 0) {
      throw new IOException(file + ": no row of data");
    }
    collectLate(file, used, length);
    List<Column> features = new ArrayList<>();
    for (CsvColumn column : used) {
      features.add(column.column());
    }
    Column label = features.remove(features.size() - 1);
    CsvRows rows = new CsvRows(file);
    try {
      return new FileStream(file, rows, features, label, length);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** Columns whose first words came after numbers have forgotten the numbers: read once more. */
  private static void collectLate(Path file, List<CsvColumn> used, long length) throws IOException {
    List<CsvColumn> late = used.stream().filter(CsvColumn::isIncomplete).toList();
    if (late.isEmpty()) {
      return;
    }
    late.forEach(CsvColumn::startAgain);
    try (CsvRows rows = new CsvRows(file)) {
      for (long i = 0; i < length; i++) {
        @Nullable String[] row = rows.next();
        if (row == null) {
          throw new IOException(file + ": became shorter while it was read");
        }
        for (CsvColumn column : late) {
          column.observe(row, rows);
        }
      }
    }
  }

  private static @Nullable String @Nullable [] next(CsvRows rows, long read, long most)
      throws IOException {
    return read < most ? rows.next() : null;
  }
}
