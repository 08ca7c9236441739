// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In which notations all values of a field are times. Numbers are times since 1970 where they lie
 * in this century in one of the units.
 */
final class FieldTimes {
  // Producers stamp their events shortly before they send them.
  private static final double NEAR_MILLIS = 3_600_000;

  private final List<TimeNotation> left = new ArrayList<>(TimeNotation.ALL);
  private long values;
  private long near;

  /**
   * Takes in a value.
   *
   * @param recordMillis time of its record in Kafka; negative where there is none
   */
  void observe(String text, boolean isNumber, long recordMillis) {
    values++;
    if (left.isEmpty() || text.length() > TimeNotation.LONGEST) {
      left.clear();
      return;
    }
    boolean isNear = false;
    List<TimeNotation> kept = new ArrayList<>();
    for (TimeNotation notation : left) {
      double millis = notation.millis(text, isNumber);
      if (!Double.isNaN(millis)) {
        kept.add(notation);
        isNear |= recordMillis >= 0 && Math.abs(millis - recordMillis) <= NEAR_MILLIS;
      }
    }
    near += isNear ? 1 : 0;
    left.clear();
    left.addAll(kept);
  }

  /** The formats in which all values are times; the first is the likeliest. */
  List<String> formats() {
    return values == 0 ? List.of() : left.stream().map(TimeNotation::format).toList();
  }

  /** Whether most values lie near the times of their records in Kafka. */
  boolean isNearRecords() {
    return values > 0 && near * 2 > values;
  }

  /** Whether a number alone makes it a time: seconds are a size that other numbers have, too. */
  Optional<String> certain() {
    return formats().stream().findFirst().filter(format -> !format.equals("s"));
  }
}
