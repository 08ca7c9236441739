// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the decoder lets through, nothing behind it refuses, and everything survives a restore. */
class GateProperties {
  private static final JobOptions PAPER = Events.options(Map.of("learner.preset", "paper-data"));

  private static final JobOptions ADAPTIVE =
      Events.options(Map.of("learner.preset", "adaptive", "input.order", "event-time"));

  /** A message of either input topic. */
  private record Message(boolean label, byte[] value) {}

  @Property(tries = 8, shrinking = ShrinkingMode.BOUNDED)
  void whatPassesTheDecoder_passesEverythingBehindIt(@ForAll("streams") List<Message> messages)
      throws Exception {
    passes(PAPER, messages);
  }

  @Tag("slow")
  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void whatPassesTheDecoder_passesAllExpertsInEventTimeOrder(
      @ForAll("streams") List<Message> messages) throws Exception {
    passes(ADAPTIVE, messages);
  }

  /** The messages through one operator, and through one that is restored halfway. */
  private static void passes(JobOptions options, List<Message> messages) throws Exception {
    List<SourceRecord> records = decode(options, messages);
    List<PredictionEvent> whole;
    int letters;
    try (MixtureHarness harness = new MixtureHarness(options)) {
      send(harness, records, 0, records.size());
      end(harness);
      whole = harness.predictions();
      letters = harness.deadLetters().size();
      assertThat(harness.metrics()).hasSameSizeAs(keysOfEvents(records));
      assertFit(options, LargestOutput::prediction, whole, PredictionEvent::getModelKey);
      assertFit(options, LargestOutput::metrics, harness.metrics(), MetricsEvent::getModelKey);
      assertFit(options, LargestOutput::driftEvent, harness.driftEvents(), DriftEvent::getModelKey);
    }
    OperatorSubtaskState halfway;
    List<PredictionEvent> parts = new ArrayList<>();
    int lettersOfParts;
    int half = records.size() / 2;
    try (MixtureHarness harness = new MixtureHarness(options)) {
      send(harness, records, 0, half);
      halfway = harness.savepoint(1);
      parts.addAll(harness.predictions());
      lettersOfParts = harness.deadLetters().size();
    }
    try (MixtureHarness harness = new MixtureHarness(options, halfway)) {
      send(harness, records, half, records.size());
      end(harness);
      parts.addAll(harness.predictions());
      lettersOfParts += harness.deadLetters().size();
    }
    assertThat(lettersOfParts).isEqualTo(letters);
    assertThat(parts).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      PredictionEvent prediction = whole.get(i);
      assertThat(prediction.getProbabilities())
          .allSatisfy(probability -> assertThat(probability).isBetween(0.0, 1.0));
      assertThat(parts.get(i).getEventId()).isEqualTo(prediction.getEventId());
      assertThat(parts.get(i).getModelKey()).isEqualTo(prediction.getModelKey());
      assertThat(parts.get(i).getProbabilities()).isEqualTo(prediction.getProbabilities());
    }
  }

  /** No record is larger than the topic must take for the job to start. */
  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecord> void assertFit(
      JobOptions options,
      Function<JobOptions, LargestOutput> largest,
      List<T> records,
      Function<T, String> key) {
    JobOptions json = JobOptions.parse(options.toYaml(), Map.of("output.format", "json"));
    OutputJson writer = new OutputJson(json);
    int avroRoom = largest.apply(options).bytes();
    int jsonRoom = largest.apply(json).bytes();
    for (T event : records) {
      SingleObjectCodec<T> codec = SingleObjectCodec.of((Class<T>) event.getClass());
      OutputRecord record =
          new OutputRecord(key.apply(event).getBytes(StandardCharsets.UTF_8), codec.encode(event));
      assertThat(TopicRoom.bytes(record)).isLessThanOrEqualTo(avroRoom);
      assertThat(TopicRoom.bytes(writer.of(record))).isLessThanOrEqualTo(jsonRoom);
    }
  }

  private static List<SourceRecord> decode(JobOptions options, List<Message> messages) {
    EventDecoder decoder = new EventDecoder(options);
    decoder.open(null);
    List<SourceRecord> records = new ArrayList<>();
    ListCollector<SourceRecord> collector = new ListCollector<>(records);
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      String topic = message.label ? options.topics().labels() : options.topics().features();
      decoder.deserialize(new ConsumerRecord<>(topic, 0, i, null, message.value), collector);
    }
    assertThat(records).hasSameSizeAs(messages);
    return records;
  }

  /** Those with a model: a label alone makes none. */
  private static List<String> keysOfEvents(List<SourceRecord> records) {
    return records.stream()
        .filter(SourceRecord.Features.class::isInstance)
        .map(record -> ((SourceRecord.Keyed) record).modelKey())
        .distinct()
        .toList();
  }

  private static void send(MixtureHarness harness, List<SourceRecord> records, int from, int to)
      throws Exception {
    for (SourceRecord record : records.subList(from, to)) {
      if (record instanceof SourceRecord.Keyed keyed) {
        harness.send(keyed);
      }
    }
  }

  private static void end(MixtureHarness harness) throws Exception {
    harness.watermark(SourceRecord.MAX_EVENT_TIME);
    harness.watermark(Long.MAX_VALUE);
    harness.checkpoint(2);
  }

  @Provide
  Arbitrary<List<Message>> streams() {
    // few keys and ids, so that labels meet their events
    return ids()
        .list()
        .ofSize(2)
        .flatMap(
            keys ->
                ids()
                    .list()
                    .ofSize(6)
                    .flatMap(
                        ids ->
                            Arbitraries.frequencyOf(
                                    Tuple.of(3, features(keys, ids)),
                                    Tuple.of(2, labels(keys, ids)))
                                .list()
                                .ofMinSize(20)
                                .ofMaxSize(60)));
  }

  private static Arbitrary<Message> features(List<String> keys, List<String> ids) {
    return Combinators.combine(
            Arbitraries.of(keys), Arbitraries.of(ids), times(), values(), classes().injectNull(0.6))
        .as(
            (key, id, time, values, label) ->
                new Message(
                    false,
                    Events.FEATURE_EVENTS.encode(new FeatureEvent(key, id, time, values, label))));
  }

  private static Arbitrary<Message> labels(List<String> keys, List<String> ids) {
    return Combinators.combine(Arbitraries.of(keys), Arbitraries.of(ids), classes(), times())
        .as(
            (key, id, label, time) ->
                new Message(
                    true, Events.LABEL_EVENTS.encode(new LabelEvent(key, id, label, time))));
  }

  private static Arbitrary<String> classes() {
    return Arbitraries.of("UP", "DOWN");
  }

  /** Some of them too long, some exactly as long as is allowed. */
  private static Arbitrary<String> ids() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "x", "é", "日", "😀", "e\u0301", "\u0000", "\n", "\u202e", "\uFFFD", "\ud800", "'", "%s",
            "\uFFFF", "ﷺ");
    return Combinators.combine(
            pieces.list().ofMinSize(1).ofMaxSize(6), Arbitraries.integers().between(1, 60))
        .as(
            (parts, times) -> {
              String text = String.join("", parts);
              return times < 50 ? text : text.repeat(512 / text.length() / 2 + times % 4);
            });
  }

  private static Arbitrary<Long> times() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 100_000),
        Arbitraries.of(
            SourceRecord.MIN_EVENT_TIME,
            SourceRecord.MAX_EVENT_TIME,
            SourceRecord.MAX_EVENT_TIME + 1,
            -1L,
            Long.MIN_VALUE,
            Long.MAX_VALUE));
  }

  private static Arbitrary<List<Object>> values() {
    Arbitrary<Object> number =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(-2, 2).map(Object.class::cast),
            Arbitraries.of(
                -0.0, 1e308, -1e308, Double.MAX_VALUE, Double.MIN_VALUE, 1e100, 1e-300, -999.0));
    Arbitrary<Object> nominal =
        Arbitraries.of("mon", "tue", "wed", "", "sun", "x".repeat(70_000), "\u0000");
    return Combinators.combine(number.injectNull(0.05), nominal.injectNull(0.05), number)
        .as((price, day, demand) -> Arrays.asList(price, day, demand));
  }
}
