// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.EarlyAlarm;
import java.util.Locale;
import java.util.stream.Collectors;

/** An alarm before labels in words: what moved and how far, where, and what may be behind it. */
final class EarlyAlarmText {
  private static final String EVERYWHERE = "everywhere, as far as single features tell";

  /** Of a feature and its side: names may be long. */
  private static final int SIDE_CHARACTERS = 50;

  private EarlyAlarmText() {}

  /** Which detector has seen it. */
  static String detector(EarlyAlarm alarm) {
    String seen = alarm.joint() ? "joint" : "feature";
    return alarm.of() == EarlyAlarm.Of.INPUTS ? "input-" + seen : "output-" + seen;
  }

  /**
   * @param version events that the mixture has learned from
   */
  static String of(EarlyAlarm alarm, long version) {
    StringBuilder text =
        new StringBuilder(
            alarm.of() == EarlyAlarm.Of.INPUTS
                ? "inputs have changed without labels saying so yet"
                : "predictions have changed without labels saying so yet");
    text.append(alarm.joint() ? ", clearly only several together: " : ": ")
        .append(alarm.moved().stream().map(EarlyAlarm.Moved::how).collect(Collectors.joining("; ")))
        .append(", in about the last ")
        .append(alarm.events())
        .append(" events");
    String where = where(alarm.extent());
    if (!where.isEmpty()) {
      text.append("; ").append(where);
    }
    if (alarm.of() == EarlyAlarm.Of.OUTPUTS) {
      long learned = version - alarm.sinceVersion();
      text.append(
          learned == 0
              ? "; nothing was learned since, so inputs are behind it"
              : "; %s labels were learned since, which may be behind it".formatted(learned));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "; false with probability %.1g at most",
                alarm.falseAlarmProbability()))
        .toString();
  }

  /** Where in the input it moved; empty where it is not known. */
  static String where(EarlyAlarm.Extent extent) {
    if (!extent.known()) {
      return "";
    }
    if (extent.sides().isEmpty()) {
      return EVERYWHERE;
    }
    return "where "
        + extent.sides().stream().map(EarlyAlarmText::of).collect(Collectors.joining(", or "));
  }

  private static String of(EarlyAlarm.Side side) {
    return String.format(
        Locale.ROOT,
        "%s (%.0f to %.0f %%, elsewhere %.0f to %.0f %%)",
        ShortText.of(side.side(), SIDE_CHARACTERS),
        100 * side.before(),
        100 * side.since(),
        100 * side.elsewhereBefore(),
        100 * side.elsewhereSince());
  }
}
