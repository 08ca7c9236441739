// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where records of the features topic hold what the job needs; features are in {@code
 * schema.attributes}. A path is the name of a top-level field, or, where it begins with {@code /},
 * a JSON Pointer; with {@code key:} before it, it leads into the Kafka key, which is a record of
 * the same format.
 *
 * @param modelKey path of the model key, or the same one for all records: {@code {constant: TEXT}};
 *     null for the Kafka key as text
 * @param id path of the event id; null for topic, partition and offset, as in orders-3-1234567
 * @param time path of the event time; null for the time that the record has in Kafka
 * @param timeFormat of the time: s, ms, us or ns since 1970, iso, or a pattern of
 *     java.time.format.DateTimeFormatter with English names; Avro's logical types tell it
 *     themselves
 * @param timeZone of times that name none; default UTC
 * @param label path of the class; a record that has none there gets it on the labels topic; null
 *     for none
 * @param explain path of a boolean that asks to explain the prediction; null for none
 */
public record EventFields(
    @Nullable KeyField modelKey,
    @Nullable String id,
    @Nullable String time,
    @Nullable String timeFormat,
    @Nullable String timeZone,
    @Nullable String label,
    @Nullable String explain)
    implements Serializable {

  /**
   * Rejects what is no path, and a time that cannot be read.
   *
   * @param modelKey null for the Kafka key
   * @param id null for topic, partition and offset
   * @param time null for the time in Kafka
   * @param timeFormat null where an Avro type tells it
   * @param timeZone a zone of java.time.ZoneId; null for UTC
   * @param label null for none
   * @param explain null for none
   * @throws IllegalArgumentException naming the key at fault
   */
  public EventFields {
    MappedKeys.path("id", id);
    TimeFields.check(time, timeFormat, timeZone);
    MappedKeys.path("label", label);
    MappedKeys.path("explain", explain);
  }
}
