// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV file whose types are known: numbers in plain notation, classes in one spelling,
 * null where a value is missing.
 */
final class CsvCells implements RowSource {

  /** Turns the text of a cell into what {@link Column} reads; null when it is missing. */
  interface Cell {
    @Nullable String read(String text);
  }

  private final CsvRows rows;
  private final List<Map.Entry<Integer, Cell>> cells;

  /**
   * @param cells by position; others are not used
   */
  CsvCells(CsvRows rows, Map<Integer, Cell> cells) {
    this.rows = rows;
    this.cells = List.copyOf(cells.entrySet());
  }

  static Cell names(MissingWords missing) {
    return text -> missing.isAlways(text) ? null : text;
  }

  static Cell classes(MissingWords missing, Map<String, String> spellings) {
    return text -> missing.isAlways(text) ? null : spellings.getOrDefault(text, text);
  }

  static Cell numbers(MissingWords missing, NumberNotation notation, boolean lenient) {
    return text -> {
      if (missing.isAmongNumbers(text)) {
        return null;
      }
      String plain = notation.plain(text);
      return lenient && !Numbers.isNumber(plain) ? null : plain;
    };
  }

  static Cell perCents(MissingWords missing, NumberNotation notation) {
    return text -> missing.isAmongNumbers(text) ? null : notation.plain(withoutPerCent(text));
  }

  static String withoutPerCent(String text) {
    return text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : text;
  }

  @Override
  public @Nullable String @Nullable [] next() throws IOException {
    String[] texts = rows.next();
    if (texts == null) {
      return null;
    }
    @Nullable String[] row = new @Nullable String[texts.length];
    for (Map.Entry<Integer, Cell> cell : cells) {
      row[cell.getKey()] = cell.getValue().read(texts[cell.getKey()]);
    }
    return row;
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
