// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the content of a record must keep to, whatever the schema: a fault is the reason of its dead
 * letter. Nothing behind {@link EventDecoder} refuses what passes here, and no output outgrows its
 * topic because of it.
 *
 * <p>Model keys and event ids are compared as they come, without Unicode normalisation, and may
 * hold any character, control characters and NUL included. {@link
 * io.driftmoe.schemas.SingleObjectCodec} has made sure that they are well-formed.
 */
final class RecordLimits {
  /** Largest model key, event id, class name and nominal value, in bytes of UTF-8. */
  static final int TEXT_BYTES = 512;

  private static final int MOST_BYTES_A_CHARACTER = 3;

  private RecordLimits() {}

  /** The first fault of what every record has; null where there is none. */
  static @Nullable String fault(String modelKey, String eventId, long eventTime) {
    String fault = idFault("modelKey", modelKey);
    if (fault == null) {
      fault = idFault("eventId", eventId);
    }
    return fault == null ? eventTimeFault(eventTime) : fault;
  }

  /** What is wrong with a model key or an event id; null where nothing is. */
  static @Nullable String idFault(String name, String id) {
    return id.isEmpty() ? name + " is empty" : lengthFault(name, id);
  }

  /** Says by how much a text is too long; null where it is not. */
  static @Nullable String lengthFault(String name, String text) {
    if (text.length() * MOST_BYTES_A_CHARACTER <= TEXT_BYTES) {
      return null;
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes <= TEXT_BYTES
        ? null
        : "%s has %s bytes, at most %s are allowed".formatted(name, bytes, TEXT_BYTES);
  }

  /** What is wrong with an event time; null where nothing is. */
  static @Nullable String eventTimeFault(long eventTime) {
    if (isInRange(eventTime)) {
      return null;
    }
    return "eventTime %s is outside the years 1900 to 2099 (epoch milliseconds)%s"
        .formatted(eventTime, unit(eventTime));
  }

  private static boolean isInRange(long eventTime) {
    return eventTime >= SourceRecord.MIN_EVENT_TIME && eventTime <= SourceRecord.MAX_EVENT_TIME;
  }

  private static String unit(long eventTime) {
    if (isInRange(eventTime / 1_000)) {
      return "; it looks like microseconds";
    }
    return isInRange(eventTime / 1_000_000) ? "; it looks like nanoseconds" : "";
  }
}
