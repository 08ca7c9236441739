// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The time of records whose fields have names. */
final class TimeReader {
  private final MappedFields fields;
  private final String section;
  private final @Nullable FieldUse use;
  private final @Nullable TimeFormat format;
  private final ZoneId zone;

  /**
   * @param section of the configuration, for messages: input.event
   * @param time path; null for the time in Kafka
   */
  TimeReader(
      MappedFields fields,
      String section,
      @Nullable String time,
      @Nullable String timeFormat,
      @Nullable String timeZone) {
    this.fields = fields;
    this.section = section;
    this.use = time == null ? null : fields.add("the event time", FieldPath.of(time), false);
    this.format = timeFormat == null ? null : TimeFormat.of(timeFormat, timeZone);
    this.zone = TimeFormat.zone(timeZone);
  }

  /**
   * {@return the time of the record that was read, in epoch milliseconds}
   *
   * @throws RejectedException when there is none, or it is no time of sense
   */
  long read(ConsumerRecord<byte[], byte[]> message) throws RejectedException {
    if (use == null) {
      if (message.timestamp() < 0) {
        throw RejectedException.invalid(
            "the record has no time in Kafka, and %s.time is not given".formatted(section));
      }
      return message.timestamp();
    }
    String text = fields.required(use);
    long time;
    try {
      time = millis(use, text);
    } catch (DateTimeException | ArithmeticException e) {
      throw RejectedException.invalid(
          "%s is no time of %s.time-format, got %s: %s"
              .formatted(use.named(), section, QuotedText.of(text), said(e)));
    }
    String fault = RecordLimits.eventTimeFault(time);
    if (fault != null) {
      throw RejectedException.invalid(
          "%s is %s: %s".formatted(use.named(), QuotedText.of(text), fault));
    }
    return time;
  }

  private long millis(FieldUse use, String text) throws RejectedException {
    LogicalTime logical = fields.time(use);
    if (logical != null) {
      return logical.millis(fields.stored(use), zone);
    }
    if (format == null) {
      throw RejectedException.invalid(
          "%s has no logical type that tells its unit: give %s.time-format"
              .formatted(use.named(), section));
    }
    return format.millis(text);
  }

  private static String said(RuntimeException e) {
    return ShortText.of(QuotedText.of(String.valueOf(e.getMessage())), 200);
  }
}
