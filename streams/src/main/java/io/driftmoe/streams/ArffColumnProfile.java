// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one column of an ARFF file holds. Nothing is a fault in a column that is ignored. */
final class ArffColumnProfile {
  private final ArffAttribute attribute;
  private final int position;
  private final CsvColumn.Role role;
  private final @Nullable Column column;
  private final ColumnOrder order;
  private final long[] counts;
  private @Nullable String fault;
  private long missing;
  private final FarValues far = new FarValues();
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;

  /**
   * @param position from 0
   */
  ArffColumnProfile(Path file, ArffAttribute attribute, int position, CsvColumn.Role role) {
    this.attribute = attribute;
    this.position = position;
    this.role = role;
    this.order =
        new ColumnOrder(
            Shown.of(attribute.name()), NumberNotation.PLAIN, new MissingWords(List.of()));
    this.counts = new long[attribute.values().size()];
    String unusable = role == CsvColumn.Role.CLASS ? attribute.classFault() : attribute.fault();
    boolean used = role != CsvColumn.Role.IGNORED;
    this.column =
        used && unusable == null ? new Column(ArffFile.attribute(attribute), position) : null;
    this.fault =
        used && unusable != null ? "%s:%s: %s".formatted(file, attribute.line(), unusable) : null;
  }

  String name() {
    return attribute.name();
  }

  void observe(@Nullable String[] row, RowSource rows) {
    String text = row[position];
    missing += text == null ? 1 : 0;
    if (column != null) {
      try {
        observe(
            role == CsvColumn.Role.CLASS
                ? column.decodeClass(row, rows)
                : column.decode(row, rows));
      } catch (IOException e) {
        fault = fault == null ? e.getMessage() : fault;
      }
    } else if (text != null && attribute.type() == ArffAttribute.Type.NUMERIC) {
      observe(Numbers.parse(text));
    }
  }

  private void observe(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    if (attribute.type() == ArffAttribute.Type.NUMERIC) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      far.observe(value, ColumnDescription.number(value), 0);
      order.observe(Double.toString(value));
    } else {
      counts[(int) value]++;
      order.observe("value " + (int) value);
    }
  }

  ColumnDescription description() {
    String use =
        switch (role) {
          case CLASS -> "class";
          case IGNORED -> "ignored";
          case FEATURE ->
              fault != null
                  ? "unclear"
                  : attribute.type() == ArffAttribute.Type.NOMINAL ? "nominal" : "numeric";
        };
    return new ColumnDescription(
        position + 1,
        Shown.of(attribute.name()),
        use,
        missing,
        switch (attribute.type()) {
          case NUMERIC -> ColumnDescription.range(least, most);
          case NOMINAL -> ColumnDescription.values(attribute.values(), false);
          case OTHER -> "neither numeric nor nominal";
        });
  }

  /** Rows of each class; none of a class that is not nominal. */
  Map<String, Long> classCounts() {
    Map<String, Long> classes = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      classes.put(attribute.values().get(i), counts[i]);
    }
    return classes;
  }

  /** By which order of this column the rows come, in words. */
  Optional<String> order() {
    if (role == CsvColumn.Role.CLASS) {
      return order.byClass((int) classCounts().values().stream().filter(n -> n > 0).count());
    }
    return attribute.type() == ArffAttribute.Type.NUMERIC ? order.ascending() : Optional.empty();
  }

  /** Numbers of a feature that are far from all others, in words. */
  List<String> doubts() {
    return role != CsvColumn.Role.FEATURE
        ? List.of()
        : far.all().stream()
            .map(
                one ->
                    "attribute '%s': %s; ? stands for a missing value"
                        .formatted(Shown.of(attribute.name()), ColumnWarnings.inWords(one)))
            .toList();
  }

  /** Why the file cannot be read like this, with file and line. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }
}
