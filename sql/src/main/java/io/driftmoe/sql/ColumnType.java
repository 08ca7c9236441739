// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/** What a column can be used for, and its values in the objects that Flink hands to functions. */
enum ColumnType {
  NUMBER,
  WHOLE_NUMBER,
  BOOLEAN,
  TEXT,
  TIME,
  OTHER;

  static ColumnType of(LogicalType type) {
    if (type.is(LogicalTypeFamily.CHARACTER_STRING)) {
      return TEXT;
    }
    if (type.is(LogicalTypeRoot.BOOLEAN)) {
      return BOOLEAN;
    }
    if (type.is(LogicalTypeFamily.INTEGER_NUMERIC)) {
      return WHOLE_NUMBER;
    }
    if (type.is(LogicalTypeFamily.NUMERIC)) {
      return NUMBER;
    }
    return type.is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE)
            || type.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
        ? TIME
        : OTHER;
  }

  boolean isNumeric() {
    return this == NUMBER || this == WHOLE_NUMBER;
  }

  /** Whether its values have one text each: an id, a class or a nominal value can be one. */
  boolean hasText() {
    return this == TEXT || this == WHOLE_NUMBER || this == BOOLEAN;
  }

  /** Whether its values are points in time; whole numbers are epoch milliseconds. */
  boolean hasTime() {
    return this == TIME || this == WHOLE_NUMBER;
  }

  /** A value as text; null for null. */
  static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** A value in epoch milliseconds, one without a time zone in UTC; null for null. */
  static @Nullable Long millis(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (value instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    return ((Number) value).longValue();
  }
}
