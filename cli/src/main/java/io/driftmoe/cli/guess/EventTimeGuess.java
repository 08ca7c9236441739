// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldGuess;
import io.driftmoe.streams.FieldGuess.Use;
import io.driftmoe.streams.FieldProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which field is the time of an event, and how it is written.
 *
 * @param field null for the time that the record has in Kafka
 * @param format null where the type of the field tells it
 * @param reasons why
 */
record EventTimeGuess(@Nullable SampledField field, @Nullable String format, List<String> reasons) {
  private static final int SHOWN = 5;

  /** Guesses: a time that all records have, best one near their times in Kafka. */
  static EventTimeGuess of(SampledRecords records) {
    List<SampledField> times =
        records.fields().stream()
            .filter(field -> field.guess(records.records()).use() == Use.TIME)
            .filter(field -> field.profile().present() == records.records())
            .sorted(
                Comparator.comparing((SampledField field) -> !field.profile().isNearRecords())
                    .thenComparing(field -> !isNamedAfterEvents(field)))
            .toList();
    if (times.isEmpty()) {
      return new EventTimeGuess(
          null,
          null,
          List.of("no field holds a time in every record: the time that a record has in Kafka"));
    }
    SampledField best = times.get(0);
    FieldGuess guess = best.guess(records.records());
    List<String> reasons = new ArrayList<>();
    reasons.add(guess.inWords());
    if (best.profile().isNearRecords()) {
      reasons.add("near the times that the records have in Kafka");
    }
    times.stream()
        .skip(1)
        .limit(SHOWN)
        .forEach(other -> reasons.add("also a time in every record: " + Comments.path(other)));
    boolean typed = best.profile().present() == best.profile().count(FieldProfile.Kind.TIME);
    String format = typed ? null : guess.timeFormats().get(0);
    if (!typed && guess.timeFormats().size() > 1) {
      reasons.add("may be written as " + String.join(" or as ", guess.timeFormats()));
    }
    return new EventTimeGuess(best, format, reasons);
  }

  private static boolean isNamedAfterEvents(SampledField field) {
    String name = field.path().toLowerCase(Locale.ROOT);
    return name.matches(".*(event.?time|time.?stamp|occurred|\\bts\\b).*") || name.equals("time");
  }
}
