// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldGuess.Use;
import io.driftmoe.streams.FieldName;
import io.driftmoe.streams.FieldProfile;
import io.driftmoe.streams.Shown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What decides which model an event goes to: the Kafka key where its values come again, else one
 * model for all.
 */
final class ModelKeyGuess {
  // A key of which each value is seen less often on average is one of events, not of models.
  private static final int SEEN_TWICE = 2;
  private static final int SHOWN = 5;
  private static final Map<String, String> CONSTANT = Map.of("constant", "all");

  private final SampledRecords events;
  private final @Nullable SampledRecords labels;
  private final long records;

  /**
   * @param labels records of the topic of labels; null where there is none
   */
  ModelKeyGuess(SampledRecords events, @Nullable SampledRecords labels) {
    this.events = events;
    this.labels = labels;
    this.records = events.records();
  }

  /**
   * As they stand in a configuration: a path, a constant, or null for the Kafka key.
   *
   * @param field that holds the key of an event; null for none
   */
  record Keys(Guess<Object> ofEvents, Guess<Object> ofLabels, @Nullable SampledField field) {}

  Keys guess() {
    List<String> reasons = new ArrayList<>();
    FieldProfile values = null;
    String path = null;
    SampledField field = null;
    if (events.textKeys() == records && comesAgain(events.keys())) {
      values = events.keys();
      reasons.add(
          "the Kafka key: %s different in %s records".formatted(values.different(), records));
      field = events.fields().stream().filter(f -> f.isKey(records)).findFirst().orElse(null);
      if (field != null) {
        reasons.add("field %s is the same as the Kafka key".formatted(Comments.path(field)));
      }
    } else if (events.recordKeys() == records) {
      Optional<SampledField> part =
          events.keyFields().stream()
              .filter(f -> f.profile().present() == records && comesAgain(f.profile()))
              .findFirst();
      if (part.isPresent()) {
        values = part.get().profile();
        path = part.get().path();
        reasons.add(
            "in the Kafka key: %s different in %s records".formatted(values.different(), records));
      }
    }
    if (values == null) {
      reasons.add("one model for all events: " + whyNotTheKey());
      return constant(reasons, null);
    }
    SampledRecords others = labels;
    if (others == null) {
      return new Keys(new Guess<>(path, reasons), Guess.of(null), field);
    }
    Optional<Guess<Object>> same = inLabels(others, values);
    if (same.isPresent()) {
      return new Keys(new Guess<>(path, reasons), same.get(), field);
    }
    reasons.add(
        0,
        "one model for all events: records of topic %s do not say which of the keys they are of"
            .formatted(others.sample().topic()));
    return constant(reasons, field);
  }

  private Keys constant(List<String> reasons, @Nullable SampledField field) {
    candidates()
        .limit(SHOWN)
        .forEach(
            candidate ->
                reasons.add(
                    "model-key: %s would be a model for each of %s values"
                        .formatted(Comments.path(candidate), candidate.profile().different())));
    return new Keys(
        new Guess<>(CONSTANT, reasons),
        labels == null ? Guess.of(null) : Guess.of(null, "that of events"),
        field);
  }

  private String whyNotTheKey() {
    if (events.noKeys() == records) {
      return "records have no Kafka key";
    }
    if (events.noKeys() > 0) {
      return "%s of %s records have no Kafka key".formatted(events.noKeys(), records);
    }
    if (events.textKeys() == records) {
      return "the Kafka key is different in nearly every record (%s in %s), such as '%s'"
          .formatted(
              events.keys().different(),
              records,
              Shown.of(events.keys().values().stream().findFirst().orElse("")));
    }
    return events.recordKeys() == records
        ? "no part of the Kafka key has values that come again"
        : "Kafka keys are no texts";
  }

  /** Ids that come again. */
  private Stream<SampledField> candidates() {
    return events.fields().stream()
        .filter(field -> field.profile().present() == records)
        .filter(field -> field.guess(records).use() == Use.NOMINAL)
        .filter(field -> new FieldName(field.path()).isId());
  }

  private static boolean comesAgain(FieldProfile values) {
    return values.isComplete()
        && values.different() > 0
        && (long) values.different() * SEEN_TWICE <= values.present();
  }

  /** Where records of the topic of labels hold these keys. */
  private static Optional<Guess<Object>> inLabels(SampledRecords labels, FieldProfile keys) {
    if (labels.textKeys() == labels.records() && areIn(labels.keys(), keys)) {
      return Optional.of(Guess.of(null, "the Kafka key, which is one of those of events"));
    }
    return Stream.of(labels.keyFields(), labels.fields())
        .flatMap(Collection::stream)
        .filter(field -> field.profile().present() == labels.records())
        .filter(field -> areIn(field.profile(), keys))
        .findFirst()
        .map(field -> Guess.of(field.path(), "holds the model keys of events"));
  }

  private static boolean areIn(FieldProfile some, FieldProfile keys) {
    long found = some.values().stream().filter(keys::holds).count();
    return found > 0 && found * 2 >= some.different();
  }
}
