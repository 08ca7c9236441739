// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the text of one column into numbers. */
final class Column {
  private final Attribute attribute;
  private final int position;
  private final Map<String, Integer> index;

  /**
   * @param position of the column in a row, from 0
   */
  Column(Attribute attribute, int position) {
    this.attribute = attribute;
    this.position = position;
    this.index = new HashMap<>();
    List<String> values = attribute.values();
    for (int i = 0; i < values.size(); i++) {
      index.put(values.get(i), i);
    }
  }

  Attribute attribute() {
    return attribute;
  }

  /** The number, or the index of the value; NaN when it is missing. */
  double decode(@Nullable String[] row, RowSource rows) throws IOException {
    String text = row[position];
    if (text == null) {
      return Double.NaN;
    }
    if (attribute.isNominal()) {
      return indexOf(text, rows, true);
    }
    double number = Numbers.parse(text);
    if (Double.isNaN(number)) {
      throw rows.error(
          "column '%s' needs a number, got '%s': ? stands for a missing one%s"
              .formatted(Shown.of(attribute.name()), Shown.of(text), orIgnore()));
    }
    return number;
  }

  private String orIgnore() {
    return ", or --ignore %s leaves the column out"
        .formatted(ColumnNames.option(attribute.name(), position));
  }

  /** The index of the class, which must not be missing. */
  int decodeClass(@Nullable String[] row, RowSource rows) throws IOException {
    String text = row[position];
    if (text == null) {
      throw rows.error(noClass(Shown.of(attribute.name())));
    }
    return indexOf(text, rows, false);
  }

  private int indexOf(String text, RowSource rows, boolean ignorable) throws IOException {
    Integer value = index.get(text);
    if (value == null) {
      throw rows.error(
          "column '%s' has no value '%s' (declared: %s): declare it%s"
              .formatted(
                  Shown.of(attribute.name()),
                  Shown.of(text),
                  firstOf(attribute.values()),
                  ignorable ? orIgnore() : ""));
    }
    return value;
  }

  /** Says that a row has no class. */
  static String noClass(String title) {
    return "class column '%s' is empty: remove this row, or --class names another column"
        .formatted(title);
  }

  private static String firstOf(List<String> values) {
    int shown = 20;
    String first = values.stream().limit(shown).map(Shown::of).collect(Collectors.joining(", "));
    return values.size() <= shown ? first : first + " and " + (values.size() - shown) + " more";
  }
}
