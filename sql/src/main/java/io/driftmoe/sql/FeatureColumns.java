// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import io.driftmoe.flink.JobOptions;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** Takes the features of an event from a row, in the order of the schema. */
final class FeatureColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] columns;
  private final boolean[] nominal;

  private FeatureColumns(int[] columns, boolean[] nominal) {
    this.columns = columns;
    this.nominal = nominal;
  }

  /** The features, as the codec of the project takes them. */
  List<@Nullable Object> of(Row row) {
    List<@Nullable Object> features = new ArrayList<>(columns.length);
    for (int i = 0; i < columns.length; i++) {
      Object value = row.getField(columns[i]);
      features.add(nominal[i] ? ColumnType.text(value) : number(value));
    }
    return features;
  }

  private static @Nullable Double number(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return value instanceof BigDecimal decimal
        ? decimal.doubleValue()
        : ((Number) value).doubleValue();
  }

  /**
   * The attributes that a table's columns are, where no configuration names them: all that have no
   * other use.
   *
   * @param values of columns of text, by their names
   */
  static List<JobOptions.AttributeOption> attributes(
      TableColumns table, Map<String, List<String>> values) {
    Set<String> unknown = new HashSet<>(values.keySet());
    table.rest().forEach(column -> unknown.remove(table.name(column)));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "argument nominal: %s is no feature of the table %s"
              .formatted(unknown.iterator().next(), table.argument()));
    }
    List<JobOptions.AttributeOption> attributes = new ArrayList<>();
    for (int column : table.rest()) {
      String name = table.name(column);
      List<String> named = values.get(name);
      attributes.add(
          new JobOptions.AttributeOption(name, named == null ? own(table, column) : named));
      if (named != null) {
        requireText(table, column);
      }
    }
    if (attributes.isEmpty()) {
      throw new IllegalArgumentException(
          "argument %s: the table has no column that is a feature".formatted(table.argument()));
    }
    return attributes;
  }

  /** The values of a column that follow from its type. */
  private static List<String> own(TableColumns table, int column) {
    ColumnType type = table.type(column);
    if (type == ColumnType.TEXT) {
      throw new IllegalArgumentException(
          ("argument %s: column %s is text; name its values as in nominal => MAP['%s', 'red,green'],"
                  + " or leave it out of the table")
              .formatted(table.argument(), table.name(column), table.name(column)));
    }
    table.require(
        type.isNumeric() || type == ColumnType.BOOLEAN,
        column,
        "a feature",
        "a number, a boolean or text (leave it out of the table, or name it in id_column,"
            + " time_column or label_column)");
    return type == ColumnType.BOOLEAN ? List.of("false", "true") : List.of();
  }

  private static void requireText(TableColumns table, int column) {
    table.require(
        table.type(column).hasText(),
        column,
        "a nominal feature",
        "text, a whole number or a boolean");
  }

  /** The columns of these attributes, by their names. */
  static FeatureColumns of(TableColumns table, List<JobOptions.AttributeOption> attributes) {
    int[] columns = new int[attributes.size()];
    boolean[] nominal = new boolean[attributes.size()];
    List<Integer> rest = table.rest();
    for (int i = 0; i < columns.length; i++) {
      String name = attributes.get(i).name();
      columns[i] =
          rest.stream()
              .filter(column -> table.name(column).equals(name))
              .findFirst()
              .orElseThrow(() -> missing(table, name, rest));
      nominal[i] = !attributes.get(i).values().isEmpty();
      if (nominal[i]) {
        requireText(table, columns[i]);
      } else {
        table.require(
            table.type(columns[i]).isNumeric(), columns[i], "a numeric feature", "a number");
      }
    }
    return new FeatureColumns(columns, nominal);
  }

  private static IllegalArgumentException missing(
      TableColumns table, String name, List<Integer> rest) {
    return new IllegalArgumentException(
        "argument %s: the table has no column %s, an attribute of the schema; its features are %s"
            .formatted(table.argument(), name, rest.stream().map(table::name).toList()));
  }

  @Override
  public String toString() {
    return Arrays.toString(columns);
  }
}
