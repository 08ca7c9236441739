// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.functions.TableSemantics;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** The columns of a table that is an argument of a call, while it is planned. */
final class TableColumns {
  private final String argument;
  private final List<String> names;
  private final List<LogicalType> types;
  private final int[] partitionBy;
  private final Set<Integer> taken = new HashSet<>();

  TableColumns(String argument, TableSemantics table) {
    this.argument = argument;
    this.names = DataType.getFieldNames(table.dataType());
    this.types =
        DataType.getFieldDataTypes(table.dataType()).stream()
            .map(DataType::getLogicalType)
            .toList();
    this.partitionBy = table.partitionByColumns();
    for (int column : partitionBy) {
      taken.add(column);
    }
    // which of them on_time names is not known yet; none of them is a feature
    for (int i = 0; i < types.size(); i++) {
      if (LogicalTypeChecks.isTimeAttribute(types.get(i))) {
        taken.add(i);
      }
    }
  }

  String argument() {
    return argument;
  }

  KeyFormat keyFormat() {
    List<String> keyNames = new ArrayList<>();
    List<LogicalType> keyTypes = new ArrayList<>();
    for (int column : partitionBy) {
      keyNames.add(names.get(column));
      keyTypes.add(types.get(column));
    }
    return KeyFormat.of(argument, keyNames, keyTypes);
  }

  /** Position of the column that is the model key; -1 where there is none. */
  int keyColumn() {
    return partitionBy.length == 0 ? -1 : partitionBy[0];
  }

  /** Position of the first column with a watermark; -1 where there is none. */
  int rowtime() {
    for (int i = 0; i < types.size(); i++) {
      if (LogicalTypeChecks.isRowtimeAttribute(types.get(i))) {
        return i;
      }
    }
    return -1;
  }

  ColumnType type(int column) {
    return ColumnType.of(types.get(column));
  }

  String name(int column) {
    return names.get(column);
  }

  /** In SQL. */
  String typeName(int column) {
    return types.get(column).asSummaryString();
  }

  /** Positions of the columns that have no other use, in their order. */
  List<Integer> rest() {
    List<Integer> rest = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!taken.contains(i)) {
        rest.add(i);
      }
    }
    return rest;
  }

  /**
   * Position of a column that is needed.
   *
   * @param option argument that names it
   * @param given its value; null where it was left out
   * @param byDefault name that is taken then
   */
  int required(String option, @Nullable String given, String byDefault) {
    int column = optional(option, given, byDefault);
    if (column < 0) {
      throw new IllegalArgumentException(
          "argument %s: the table has no column %s; %s names another one, its columns are %s"
              .formatted(argument, byDefault, option, names));
    }
    return column;
  }

  /** Likewise; -1 where the table has none by the name that is the default. */
  int optional(String option, @Nullable String given, String byDefault) {
    String name = given == null ? byDefault : given;
    int column = names.indexOf(name);
    if (column < 0 && given != null) {
      throw new IllegalArgumentException(
          "argument %s: %s is no column of the table %s; its columns are %s"
              .formatted(option, name, argument, names));
    }
    if (column >= 0) {
      taken.add(column);
    }
    return column;
  }

  /** Refuses a column whose type does not fit its use. */
  void require(boolean fits, int column, String what, String needed) {
    if (!fits) {
      throw new IllegalArgumentException(
          "argument %s: column %s is %s; %s is %s"
              .formatted(argument, names.get(column), typeName(column), what, needed));
    }
  }
}
