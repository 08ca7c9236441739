// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Avro's logical types of times. */
enum LogicalTime {
  MILLIS("timestamp-millis", 1, false),
  MICROS("timestamp-micros", 1_000, false),
  NANOS("timestamp-nanos", 1_000_000, false),
  LOCAL_MILLIS("local-timestamp-millis", 1, true),
  LOCAL_MICROS("local-timestamp-micros", 1_000, true),
  LOCAL_NANOS("local-timestamp-nanos", 1_000_000, true),
  DATE("date", 0, true),
  TIME_MILLIS("time-millis", 0, false),
  TIME_MICROS("time-micros", 0, false);

  private static final Map<String, LogicalTime> BY_NAME = new HashMap<>();

  static {
    for (LogicalTime time : values()) {
      BY_NAME.put(time.avroName, time);
    }
  }

  private final String avroName;

  /** How many make a millisecond. */
  private final long divisor;

  private final boolean local;

  LogicalTime(String avroName, long divisor, boolean local) {
    this.avroName = avroName;
    this.divisor = divisor;
    this.local = local;
  }

  /** The time that values of a type are; null where they are none. */
  static @Nullable LogicalTime of(Schema schema) {
    LogicalType type = schema.getLogicalType();
    return type == null ? null : BY_NAME.get(type.getName());
  }

  /** Whether it names a day. */
  boolean isDay() {
    return this != TIME_MILLIS && this != TIME_MICROS;
  }

  /**
   * {@return epoch milliseconds}
   *
   * @param stored what a record holds
   * @param zone of times that name none
   * @throws DateTimeException when there is no such time, or it names no day
   */
  long millis(long stored, ZoneId zone) {
    if (!isDay()) {
      throw new DateTimeException("it is a time of day, which names no day");
    }
    if (this == DATE) {
      return LocalDate.ofEpochDay(stored).atStartOfDay(zone).toInstant().toEpochMilli();
    }
    long millis = Math.floorDiv(stored, divisor);
    return local
        ? LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC)
            .atZone(zone)
            .toInstant()
            .toEpochMilli()
        : millis;
  }

  @Override
  public String toString() {
    return avroName;
  }
}
