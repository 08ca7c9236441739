// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.drift.AdwinCut;
import io.driftmoe.router.Alarm;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An alarm in words: what changed, since when, where it is felt, and how sure that is. */
final class AlarmText {
  private static final String EVERYWHERE = "everywhere, as far as single features tell";

  /** Of a feature and its side: names may be long. */
  private static final int SIDE_CHARACTERS = 50;

  private AlarmText() {}

  /**
   * @param names of the experts, by position
   * @param sinceTime event time of the first event after the change, epoch milliseconds; -1 where
   *     it is not known
   */
  static String of(Alarm alarm, List<String> names, long sinceTime) {
    StringBuilder text =
        new StringBuilder(
            alarm.source() == Alarm.Source.MIXTURE
                ? "the error of the mixture rose"
                : "the stream has changed, and the mixture adapts: the error of a naive Bayes that"
                    + " forgets nothing rose");
    alarm.cut().ifPresent(cut -> text.append(of(cut)));
    if (sinceTime != EventTimeMarks.UNKNOWN) {
      text.append(", since about ").append(Instant.ofEpochMilli(sinceTime));
    }
    String where = where(alarm.extent());
    if (!where.isEmpty()) {
      text.append("; ").append(where);
    }
    if (!alarm.affected().isEmpty()) {
      text.append("; most of all errors of ")
          .append(
              alarm.affected().stream()
                  .map(expert -> of(expert, names))
                  .collect(Collectors.joining(", ")));
    }
    alarm
        .cut()
        .ifPresent(
            cut ->
                text.append(
                    String.format(
                        Locale.ROOT, "; false with probability %.1g at most", cut.delta())));
    return text.toString();
  }

  /** Where in the input errors rose; empty where it is not known. */
  static String where(Alarm.Extent extent) {
    if (!extent.known()) {
      return "";
    }
    if (extent.sides().isEmpty()) {
      return EVERYWHERE;
    }
    return "where "
        + extent.sides().stream().map(AlarmText::of).collect(Collectors.joining(", or "));
  }

  private static String of(Alarm.Side side) {
    return String.format(
        Locale.ROOT,
        "%s (%.0f to %.0f %%, elsewhere %.0f to %.0f %%)",
        ShortText.of(side.side(), SIDE_CHARACTERS),
        100 * side.errorBefore(),
        100 * side.errorSince(),
        100 * side.elsewhereBefore(),
        100 * side.elsewhereSince());
  }

  private static String of(AdwinCut cut) {
    return String.format(
        Locale.ROOT,
        " from %.1f %% in %d labels to %.1f %% in the last %d",
        100 * cut.meanBefore(),
        cut.before(),
        100 * cut.meanSince(),
        cut.since());
  }

  private static String of(Alarm.AffectedExpert expert, List<String> names) {
    return String.format(
        Locale.ROOT,
        "%s (%.0f to %.0f %%)",
        names.get(expert.expert()),
        100 * expert.errorBefore(),
        100 * expert.errorNow());
  }
}
