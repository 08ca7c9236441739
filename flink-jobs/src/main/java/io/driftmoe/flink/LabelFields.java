// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where records of the labels topic hold what the job needs. Paths are written as in {@link
 * EventFields}.
 *
 * @param format of the labels topic; null for that of the features topic
 * @param avroSchema the writer's schema where the format is avro: a file or the text itself; null
 *     for that of the features topic
 * @param modelKey path of the model key, or {@code {constant: TEXT}}; null for the constant of
 *     input.event.model-key, where that is one, else for the Kafka key as text
 * @param id path of the id of the event that the label is of
 * @param time path of the time at which the label became known; null for the time that the record
 *     has in Kafka
 * @param timeFormat of the time, written as that of events
 * @param timeZone of times that name none; default UTC
 * @param label path of the class
 * @param changelog whether the topic is a compacted table: records without a value, or with a label
 *     that is null or absent, are passed over, and so are labels of events that have one
 */
public record LabelFields(
    @Nullable InputFormat format,
    @Nullable String avroSchema,
    @Nullable KeyField modelKey,
    @Nullable String id,
    @Nullable String time,
    @Nullable String timeFormat,
    @Nullable String timeZone,
    @Nullable String label,
    Boolean changelog)
    implements Serializable {

  /**
   * Rejects what is no path, and a time that cannot be read.
   *
   * @param format null for that of the features topic
   * @param avroSchema at most 4 MiB; null for that of the features topic
   * @param modelKey null for the Kafka key
   * @param id null where there are no labels here
   * @param time null for the time in Kafka
   * @param timeFormat null where an Avro type tells it
   * @param timeZone a zone of java.time.ZoneId; null for UTC
   * @param label null where there are no labels here
   * @param changelog null for false
   * @throws IllegalArgumentException naming the key at fault
   */
  public LabelFields(
      @Nullable InputFormat format,
      @Nullable String avroSchema,
      @Nullable KeyField modelKey,
      @Nullable String id,
      @Nullable String time,
      @Nullable String timeFormat,
      @Nullable String timeZone,
      @Nullable String label,
      @Nullable Boolean changelog) {
    this.format = format;
    this.avroSchema = AvroSchemaText.of("avro-schema", avroSchema);
    this.modelKey = modelKey;
    MappedKeys.path("id", id);
    this.id = id;
    TimeFields.check(time, timeFormat, timeZone);
    this.time = time;
    this.timeFormat = timeFormat;
    this.timeZone = timeZone;
    MappedKeys.path("label", label);
    this.label = label;
    this.changelog = changelog != null && changelog;
    if ((id == null) != (label == null)) {
      throw new IllegalArgumentException(
          id == null
              ? "id is missing: the path of the id of the event that a label is of"
              : "label is missing: the path of the class");
    }
  }

  /** Whether it says where something is, and not only the format. */
  boolean isMapping() {
    return modelKey != null || id != null || time != null || label != null || changelog;
  }
}
