// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.FileReading;
import io.driftmoe.streams.NamedRows;
import io.driftmoe.streams.Shown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a CSV file; columns that the model does not know are passed over. */
final class CsvScoredRows implements ScoredRows {
  /** Names of columns that a message has. */
  private static final int MOST_NAMED = 20;

  private final NamedRows rows;
  private final List<Attribute> attributes;
  private final int[] columns;
  private final int labelColumn;

  private CsvScoredRows(
      NamedRows rows, List<Attribute> attributes, int[] columns, int labelColumn) {
    this.rows = rows;
    this.attributes = attributes;
    this.columns = columns;
    this.labelColumn = labelColumn;
  }

  /**
   * Opens a file.
   *
   * @param className column of the class; null for none
   * @throws UsageException when it lacks the column of an attribute or of the class, naming it
   */
  static ScoredRows open(
      Path file, FileReading reading, StreamSchema schema, @Nullable String className)
      throws IOException {
    NamedRows rows = NamedRows.open(file, reading);
    try {
      int[] columns =
          schema.attributes().stream()
              .mapToInt(attribute -> column(file, rows, attribute.name(), "of the model"))
              .toArray();
      int label = className == null ? -1 : column(file, rows, className, "of --class");
      return new CsvScoredRows(rows, schema.attributes(), columns, label);
    } catch (UsageException e) {
      rows.close();
      throw e;
    }
  }

  private static int column(Path file, NamedRows rows, String name, String whose) {
    int first = rows.names().indexOf(name);
    if (first < 0) {
      throw new UsageException(
          "%s has no column '%s' %s; it has %s"
              .formatted(
                  file,
                  Shown.of(name),
                  whose,
                  rows.names().stream()
                      .limit(MOST_NAMED)
                      .map(Shown::of)
                      .collect(Collectors.joining(", "))));
    }
    if (rows.names().lastIndexOf(name) != first) {
      throw new UsageException("%s has two columns '%s'".formatted(file, Shown.of(name)));
    }
    return first;
  }

  @Override
  public @Nullable Row next() throws IOException {
    String[] row = rows.next();
    if (row == null) {
      return null;
    }
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < columns.length; i++) {
      Attribute attribute = attributes.get(i);
      String field = row[columns[i]];
      if (!rows.isMissing(field, !attribute.isNominal())) {
        values.put(attribute.name(), attribute.isNominal() ? field : number(attribute, field));
      }
    }
    String label = labelColumn < 0 ? null : row[labelColumn];
    return new Row(values, label == null || rows.isMissing(label, false) ? null : label);
  }

  private Double number(Attribute attribute, String field) throws IOException {
    double number = rows.number(field);
    if (Double.isNaN(number)) {
      throw error(
          "column '%s' holds '%s', and the model takes a number there"
              .formatted(Shown.of(attribute.name()), Shown.of(field)));
    }
    return number;
  }

  @Override
  public IOException error(String message) {
    return rows.error(message);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
