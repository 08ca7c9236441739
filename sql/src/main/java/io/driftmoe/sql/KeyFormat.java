// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/** The model key of a partition: its one column as text, or {@link #ALL} where there is none. */
enum KeyFormat implements Serializable {
  NONE {
    @Override
    @Nullable String text(RowData key) {
      return ALL;
    }

    @Override
    RowData row(String key) {
      return new GenericRowData(0);
    }
  },
  TEXT {
    @Override
    @Nullable String text(RowData key) {
      return key.isNullAt(0) ? null : key.getString(0).toString();
    }

    @Override
    RowData row(String key) {
      return GenericRowData.of(StringData.fromString(key));
    }
  },
  TINYINT {
    @Override
    @Nullable String text(RowData key) {
      return key.isNullAt(0) ? null : Byte.toString(key.getByte(0));
    }

    @Override
    RowData row(String key) {
      return GenericRowData.of(Byte.valueOf(key));
    }
  },
  SMALLINT {
    @Override
    @Nullable String text(RowData key) {
      return key.isNullAt(0) ? null : Short.toString(key.getShort(0));
    }

    @Override
    RowData row(String key) {
      return GenericRowData.of(Short.valueOf(key));
    }
  },
  INTEGER {
    @Override
    @Nullable String text(RowData key) {
      return key.isNullAt(0) ? null : Integer.toString(key.getInt(0));
    }

    @Override
    RowData row(String key) {
      return GenericRowData.of(Integer.valueOf(key));
    }
  },
  BIGINT {
    @Override
    @Nullable String text(RowData key) {
      return key.isNullAt(0) ? null : Long.toString(key.getLong(0));
    }

    @Override
    RowData row(String key) {
      return GenericRowData.of(Long.valueOf(key));
    }
  };

  /** Model key where there is one partition. */
  static final String ALL = "all";

  /** The model key of a partition; null where its column is. */
  abstract @Nullable String text(RowData key);

  /** The partition of a model key. */
  abstract RowData row(String key);

  /**
   * That of partitions by these columns.
   *
   * @param argument for messages
   * @throws IllegalArgumentException when there are several, or a type that is neither text nor a
   *     whole number
   */
  static KeyFormat of(String argument, List<String> names, List<LogicalType> types) {
    if (types.isEmpty()) {
      return NONE;
    }
    if (types.size() > 1) {
      throw new IllegalArgumentException(
          "argument %s: PARTITION BY names %s; one column is the model key"
              .formatted(argument, names));
    }
    LogicalType type = types.get(0);
    if (type.is(LogicalTypeFamily.CHARACTER_STRING)) {
      return TEXT;
    }
    if (type.is(LogicalTypeRoot.TINYINT)) {
      return TINYINT;
    }
    if (type.is(LogicalTypeRoot.SMALLINT)) {
      return SMALLINT;
    }
    if (type.is(LogicalTypeRoot.INTEGER)) {
      return INTEGER;
    }
    if (type.is(LogicalTypeRoot.BIGINT)) {
      return BIGINT;
    }
    throw new IllegalArgumentException(
        "argument %s: PARTITION BY %s is %s; a model key is text or a whole number"
            .formatted(argument, names.get(0), type.asSummaryString()));
  }
}
