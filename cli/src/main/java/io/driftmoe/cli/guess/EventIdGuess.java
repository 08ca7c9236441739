// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldGuess.Use;
import io.driftmoe.streams.FieldName;
import io.driftmoe.streams.FieldProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which field is the id of an event, and which one of a label names its event. */
final class EventIdGuess {
  // Producers send some events twice.
  private static final double ALL = 0.95;
  private static final int SHOWN = 5;
  // So many ids in both topics are no chance.
  private static final int FEW = 20;

  private final SampledRecords events;

  EventIdGuess(SampledRecords events) {
    this.events = events;
  }

  /**
   * What was found.
   *
   * @param event null for topic, partition and offset
   * @param label null where there is no topic of labels
   */
  record Ids(
      @Nullable SampledField event,
      List<String> ofEvents,
      @Nullable SampledField label,
      List<String> ofLabels) {}

  /** A field of events and one of labels with values in common. */
  private record Pair(SampledField event, SampledField label, long common) {}

  /** For rows of a table, whose label is null until it is known: those of one key are one event. */
  Ids ofTable() {
    SampledField key = events.keyFields().iterator().next();
    return new Ids(
        key,
        List.of(
            "the Kafka key, as in a table: %s different in %s records"
                .formatted(key.profile().different(), events.records())),
        null,
        List.of());
  }

  /** For events whose labels are in them. */
  Ids alone() {
    String topic = events.sample().topic();
    List<SampledField> found =
        candidates()
            .filter(this::isIdByItself)
            .sorted(
                Comparator.comparing((SampledField field) -> !new FieldName(field.path()).isId())
                    .thenComparing(field -> -new FieldName(field.path()).shares(topic)))
            .toList();
    if (found.isEmpty()) {
      return new Ids(
          null,
          List.of("no field holds a different id in each record: topic, partition and offset"),
          null,
          List.of());
    }
    SampledField best = found.get(0);
    List<String> reasons = new ArrayList<>();
    reasons.add(best.guess(events.records()).inWords());
    found.stream()
        .skip(1)
        .limit(SHOWN)
        .forEach(other -> reasons.add("may also be " + Comments.path(other)));
    return new Ids(best, reasons, null, List.of());
  }

  private boolean isIdByItself(SampledField field) {
    return field.isWholeKey()
        || field.guess(events.records()).use() == Use.ID
        || (new FieldName(field.path()).isId() && field.profile().allDiffer());
  }

  /**
   * For events whose labels are on a topic of their own.
   *
   * @param label the field of the class there
   * @throws TopicGuessException when no field of labels names an event
   */
  Ids with(SampledRecords labels, SampledField label) throws TopicGuessException {
    List<Pair> pairs =
        candidates()
            .flatMap(
                event ->
                    Stream.of(labels.fields(), labels.keyFields())
                        .flatMap(Collection::stream)
                        .filter(field -> field != label)
                        .filter(field -> field.profile().present() > 0)
                        .map(field -> pair(event, field)))
            .filter(EventIdGuess::isPlausible)
            .sorted(
                Comparator.comparingLong((Pair pair) -> -pair.common)
                    .thenComparing(pair -> !pair.event.path().equals(pair.label.path()))
                    .thenComparing(pair -> !new FieldName(pair.event.path()).isId()))
            .toList();
    if (pairs.isEmpty()) {
      throw TopicGuessException.topic(
          "no field of topic %s holds the ids of events on topic %s, in %s and %s records: raise --records, or give --label for labels in the events; a label names its event by a field"
              .formatted(
                  labels.sample().topic(),
                  events.sample().topic(),
                  labels.records(),
                  events.records()));
    }
    Pair best = pairs.get(0);
    String common =
        best.common == 0
            ? "same name in both topics, but no id of a label is among those of the sampled events"
            : "%s of %s ids of labels are among those of the sampled events"
                .formatted(best.common, best.label.profile().different());
    List<String> reasons = new ArrayList<>();
    reasons.add(best.event.guess(events.records()).inWords());
    pairs.stream()
        .skip(1)
        .filter(pair -> pair.common == best.common && pair.event != best.event)
        .limit(SHOWN)
        .forEach(pair -> reasons.add("may also be " + Comments.path(pair.event)));
    return new Ids(best.event, reasons, best.label, List.of(common));
  }

  private static Pair pair(SampledField event, SampledField label) {
    FieldProfile ids = event.profile();
    long common = label.profile().values().stream().filter(ids::holds).count();
    return new Pair(event, label, common);
  }

  private static boolean isPlausible(Pair pair) {
    boolean named =
        pair.event.path().equals(pair.label.path()) && new FieldName(pair.event.path()).isId();
    return named || pair.common * 2 > Math.min(FEW, pair.label.profile().different());
  }

  /** Fields of events that tell nearly all of them apart. */
  private Stream<SampledField> candidates() {
    long records = events.records();
    return Stream.of(events.fields(), events.keyFields())
        .flatMap(Collection::stream)
        .filter(field -> field.profile().present() == records)
        .filter(field -> field.guess(records).use() != Use.TIME)
        .filter(field -> !field.guess(records).use().isAttribute() || isWhole(field))
        .filter(
            field -> field.profile().different() >= ALL * records || !field.profile().isComplete());
  }

  /** Measurements differ in each record, too, and have decimals. */
  private static boolean isWhole(SampledField field) {
    return field.profile().values().stream().noneMatch(value -> value.indexOf('.') >= 0);
  }
}
