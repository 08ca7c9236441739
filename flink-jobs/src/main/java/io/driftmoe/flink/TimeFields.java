// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.jspecify.annotations.Nullable;

/** The keys of a mapping that say where the time of a record is. */
final class TimeFields {
  private TimeFields() {}

  /**
   * Checks the three keys.
   *
   * @throws IllegalArgumentException that begins with the key at fault
   */
  static void check(@Nullable String time, @Nullable String format, @Nullable String zone) {
    MappedKeys.path("time", time);
    if (time == null && (format != null || zone != null)) {
      throw new IllegalArgumentException(
          "%s is given without time".formatted(format != null ? "time-format" : "time-zone"));
    }
    TimeFormat.zone(zone);
    if (format != null) {
      TimeFormat.of(format, zone);
    }
  }
}
