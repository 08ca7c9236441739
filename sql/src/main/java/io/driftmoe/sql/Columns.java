// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.io.Serializable;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/**
 * Where a row has what every record has; -1 where it has none.
 *
 * @param key position of the model key
 * @param id of the event id
 * @param time of the event time
 * @param label of the label
 */
record Columns(int key, int id, int time, int label) implements Serializable {

  @Nullable String key(Row row) {
    return key < 0 ? KeyFormat.ALL : text(row, key);
  }

  @Nullable String id(Row row) {
    return text(row, id);
  }

  @Nullable String label(Row row) {
    return label < 0 ? null : text(row, label);
  }

  /**
   * The event time.
   *
   * @param rowtime that of Flink, where the call names it
   */
  @Nullable Long time(Row row, @Nullable Long rowtime) {
    if (time >= 0) {
      return ColumnType.millis(row.getField(time));
    }
    return rowtime == null ? Long.valueOf(System.currentTimeMillis()) : rowtime;
  }

  private static @Nullable String text(Row row, int column) {
    return ColumnType.text(row.getField(column));
  }

  /** Finds them in a table. */
  static Columns of(TableColumns table, CallArguments arguments, boolean needsLabel) {
    int id = table.required("id_column", arguments.idColumn(), "event_id");
    table.require(table.type(id).hasText(), id, "an event id", "text or a whole number");
    int label =
        needsLabel
            ? table.required("label_column", arguments.labelColumn(), "label")
            : table.optional("label_column", null, "label");
    if (label >= 0) {
      table.require(
          table.type(label).hasText(), label, "a label", "text, a whole number or a boolean");
    }
    int time = table.optional("time_column", arguments.timeColumn(), "event_time");
    if (time >= 0) {
      table.require(
          table.type(time).hasTime(),
          time,
          "an event time",
          "a timestamp, or a whole number of milliseconds since 1970");
    }
    return new Columns(table.keyColumn(), id, time < 0 ? table.rowtime() : time, label);
  }
}
