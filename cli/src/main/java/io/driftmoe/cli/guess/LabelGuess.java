// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldClasses;
import io.driftmoe.streams.FieldGuess.Use;
import io.driftmoe.streams.FieldName;
import io.driftmoe.streams.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which field of some records is the class. */
final class LabelGuess {
  private static final int SHOWN = 12;

  private final SampledRecords records;
  private final boolean onlyLabels;

  /**
   * @param onlyLabels whether the records are those of a topic of labels, which hold little else
   */
  LabelGuess(SampledRecords records, boolean onlyLabels) {
    this.records = records;
    this.onlyLabels = onlyLabels;
  }

  /**
   * A field and why it is the class.
   *
   * @param classes that it holds
   */
  record Label(SampledField field, FieldClasses classes, List<String> reasons) {}

  /**
   * Finds it.
   *
   * @param given its path; null to guess it
   * @throws TopicGuessException when there is no such field, it cannot be the class, or several may
   *     be it, naming those that may
   */
  Label find(@Nullable String given) throws TopicGuessException {
    return given == null ? guessed() : named(given);
  }

  private Label named(String path) throws TopicGuessException {
    Optional<SampledField> field = records.field(path).or(() -> records.field("/" + path));
    if (field.isEmpty()) {
      throw TopicGuessException.option(
          "--label %s: no record of %s in the sample of topic %s has this field; %s"
              .formatted(Shown.of(path), records.records(), topic(), candidatesInWords()));
    }
    String fault = FieldClasses.fault(field.get().profile());
    if (!fault.isEmpty()) {
      throw TopicGuessException.option(
          "--label %s cannot be the class: in %s records of topic %s %s; --records reads more, or %s"
              .formatted(Shown.of(path), records.records(), topic(), fault, candidatesInWords()));
    }
    return label(field.get(), "as --label says");
  }

  private Label guessed() throws TopicGuessException {
    List<SampledField> candidates = candidates();
    List<SampledField> named =
        candidates.stream().filter(field -> new FieldName(field.path()).isLabel()).toList();
    if (named.size() == 1) {
      return label(named.get(0), "guessed by its name; give --label FIELD if it is another one");
    }
    if (named.isEmpty() && onlyLabels && candidates.size() == 1) {
      return label(candidates.get(0), "guessed: no other field of this topic may be the class");
    }
    throw TopicGuessException.option(
        "topic %s does not tell which field is the class: give --label FIELD; %s"
            .formatted(topic(), candidatesInWords()));
  }

  private static Label label(SampledField field, String reason) {
    FieldClasses classes = FieldClasses.of(field.profile());
    List<String> reasons = new ArrayList<>();
    reasons.add(reason);
    reasons.addAll(classes.doubts());
    return new Label(field, classes, reasons);
  }

  /** Those whose values may be classes; those with few different ones come first. */
  private List<SampledField> candidates() {
    return records.fields().stream()
        .filter(field -> FieldClasses.isLikely(field.profile()))
        .filter(field -> field.guess(records.records()).use() != Use.TIME)
        .filter(field -> field.guess(records.records()).use() != Use.ID)
        .sorted(
            Comparator.comparing((SampledField f) -> !new FieldName(f.path()).isLabel())
                .thenComparingInt(field -> field.profile().different()))
        .toList();
  }

  private String candidatesInWords() {
    List<SampledField> candidates = candidates();
    if (candidates.isEmpty()) {
      return "no field holds from 2 to 50 values that come again; --labels-topic NAME is for labels on a topic of their own";
    }
    return "it may be "
        + candidates.stream()
            .limit(SHOWN)
            .map(
                field ->
                    "%s (%s values)".formatted(Shown.of(field.path()), field.profile().different()))
            .collect(Collectors.joining(", "))
        + (candidates.size() > SHOWN
            ? " or one of %s more".formatted(candidates.size() - SHOWN)
            : "");
  }

  private String topic() {
    return records.sample().topic();
  }
}
