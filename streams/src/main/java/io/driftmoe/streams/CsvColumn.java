// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the type of one CSV column from its values, keeping only the distinct ones it needs. */
final class CsvColumn {
  private static final int MOST_VALUES = 10_000;
  private static final int MOST_CLASSES = 1_000;

  private final String name;
  private final int position;
  private final boolean isLabel;
  private final Set<String> values = new LinkedHashSet<>();
  private boolean nominal;
  private boolean sawNumbers;
  private boolean incomplete;

  private CsvColumn(String name, int position, boolean isLabel) {
    this.name = name;
    this.position = position;
    this.isLabel = isLabel;
    this.nominal = isLabel;
  }

  static CsvColumn feature(String name, int position) {
    return new CsvColumn(name, position, false);
  }

  static CsvColumn label(String name, int position) {
    return new CsvColumn(name, position, true);
  }

  void observe(@Nullable String[] row, RowSource rows) throws IOException {
    String text = row[position];
    if (text == null) {
      if (isLabel) {
        throw rows.error("class column '%s' is empty".formatted(name));
      }
      return;
    }
    if (!nominal) {
      if (Numbers.isNumber(text)) {
        sawNumbers = true;
        return;
      }
      nominal = true;
      incomplete = sawNumbers;
    }
    if (values.add(text) && values.size() > (isLabel ? MOST_CLASSES : MOST_VALUES)) {
      throw rows.error(
          isLabel
              ? "class column '%s' has more than %s distinct values; is it the class?"
                  .formatted(name, MOST_CLASSES)
              : "column '%s' is not numeric and has more than %s distinct values; --ignore it"
                  .formatted(name, MOST_VALUES));
    }
  }

  /** Whether values seen before the column turned out nominal are missing from its set. */
  boolean isIncomplete() {
    return incomplete;
  }

  /** Forgets the values, not the type. */
  void startAgain() {
    values.clear();
    incomplete = false;
  }

  Column column() {
    return new Column(
        nominal ? Attribute.nominal(name, ordered()) : Attribute.numeric(name), position);
  }

  private List<String> ordered() {
    List<String> ordered = new ArrayList<>(values);
    if (isLabel && ordered.stream().allMatch(Numbers::isNumber)) {
      ordered.sort(Comparator.comparingDouble(Numbers::parse));
    }
    return ordered;
  }
}
