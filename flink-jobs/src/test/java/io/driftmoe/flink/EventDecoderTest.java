// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  private final EventDecoder decoder = opened();

  @Test
  void decodesFeaturesWithAndWithoutLabel() {
    SourceRecord labelled =
        decode(
            "driftmoe.features",
            Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", 4, EXAMPLE, true)));
    SourceRecord.Features features = (SourceRecord.Features) labelled;
    assertThat(features.values()).isEqualTo(EXAMPLE.features());
    assertThat(features.label()).isEqualTo(EXAMPLE.label());
    assertThat(features.eventTime()).isEqualTo(4000);
    assertThat(features.receivedMicros()).isPositive();
    SourceRecord bare =
        decode(
            "driftmoe.features",
            Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", 4, EXAMPLE, false)));
    assertThat(((SourceRecord.Features) bare).label()).isEqualTo(-1);
  }

  @Test
  void decodesLabels() {
    byte[] bytes = Events.LABEL_EVENTS.encode(new LabelEvent("k", "4", "DOWN", 9L));
    assertThat(decode("driftmoe.labels", bytes))
        .isEqualTo(new SourceRecord.Label("k", "4", 9, 2, 17, 1, false));
  }

  @Test
  void everyKindOfBadMessageBecomesADeadLetterThatSaysWhy() throws Exception {
    byte[] good = Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", 4, EXAMPLE, true));
    byte[] otherSchema = good.clone();
    otherSchema[5] ^= 1;
    rejects(null, DeadLetterKind.UNDECODABLE, "empty");
    rejects(new byte[0], DeadLetterKind.UNDECODABLE, "empty");
    rejects(new byte[] {5, 6, 7}, DeadLetterKind.UNDECODABLE, "marker");
    rejects(Arrays.copyOf(good, good.length - 3), DeadLetterKind.UNDECODABLE, "truncated");
    rejects(Arrays.copyOf(good, good.length + 1), DeadLetterKind.UNDECODABLE, "follow");
    rejects(otherSchema, DeadLetterKind.UNDECODABLE, "unknown schema fingerprint");
    rejects(event(List.of(1.0, "mon"), "UP"), DeadLetterKind.INVALID, "expected 3 features, got 2");
    rejects(event(List.of(Double.NaN, "mon", 1.0), "UP"), DeadLetterKind.INVALID, "price");
    rejects(
        event(List.of(1.0, "mon", Double.NEGATIVE_INFINITY), "UP"),
        DeadLetterKind.INVALID,
        "demand");
    rejects(event(List.of(1.0, 2.0, 1.0), "UP"), DeadLetterKind.INVALID, "day");
    rejects(event(List.of(1.0, "mon", 1.0), "SIDEWAYS"), DeadLetterKind.INVALID, "'SIDEWAYS'");
    rejects(
        Events.FEATURE_EVENTS.encode(
            new FeatureEvent("", "4", 0L, List.of(1.0, "mon", 1.0), null, false)),
        DeadLetterKind.INVALID,
        "modelKey is empty");
    rejects(
        Events.FEATURE_EVENTS.encode(
            new FeatureEvent("k", "4", Long.MAX_VALUE, List.of(1.0, "mon", 1.0), null, false)),
        DeadLetterKind.INVALID,
        "eventTime");
  }

  @Test
  void anEventMayAskToBeExplained() throws Exception {
    FeatureEvent event = Events.wireFeatures("k", 4, EXAMPLE, true);
    assertThat(
            ((SourceRecord.Features)
                    decode("driftmoe.features", Events.FEATURE_EVENTS.encode(event)))
                .explain())
        .isFalse();
    event.setExplain(true);
    assertThat(
            ((SourceRecord.Features)
                    decode("driftmoe.features", Events.FEATURE_EVENTS.encode(event)))
                .explain())
        .isTrue();
  }

  @Test
  void anEventTimeTooFarAheadOfTheRecordsKafkaTimeIsRejected() throws Exception {
    long sent = 1_790_000_000_000L;
    long hour = 3_600_000;
    for (String topic : List.of("driftmoe.features", "driftmoe.labels")) {
      assertThat(decode(topic, sent + hour, sent)).isInstanceOf(SourceRecord.Keyed.class);
      assertThat(decode(topic, 0, sent)).isInstanceOf(SourceRecord.Keyed.class);
      assertThat(decode(topic, SourceRecord.MIN_EVENT_TIME, Long.MAX_VALUE))
          .isInstanceOf(SourceRecord.Keyed.class);
      assertThat(decode(topic, SourceRecord.MAX_EVENT_TIME, -1))
          .isInstanceOf(SourceRecord.Keyed.class);
      SourceRecord.Rejected rejected = (SourceRecord.Rejected) decode(topic, sent + 3 * hour, sent);
      DeadLetter letter =
          SingleObjectCodec.of(DeadLetter.class).decode(rejected.deadLetter().value());
      assertThat(letter.getKind()).isEqualTo(DeadLetterKind.INVALID);
      assertThat(letter.getReason())
          .isEqualTo(
              "eventTime 1790010800000 (2026-09-21T17:13:20Z) of model key 'k' is 3 h ahead of the"
                  + " record's Kafka time 1790000000000 (2026-09-21T14:13:20Z), more than"
                  + " input.max-ahead = 1 h");
    }
  }

  private SourceRecord decode(String topic, long eventTime, long kafkaTime) {
    byte[] value =
        topic.equals("driftmoe.labels")
            ? Events.LABEL_EVENTS.encode(new LabelEvent("k", "4", "DOWN", eventTime))
            : Events.FEATURE_EVENTS.encode(
                new FeatureEvent("k", "4", eventTime, List.of(1.0, "mon", 1.0), null, false));
    List<SourceRecord> out = new ArrayList<>();
    byte[] key = {'k'};
    decoder.deserialize(
        new ConsumerRecord<>(
            topic,
            2,
            17,
            kafkaTime,
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()),
        new ListCollector<>(out));
    if (out.get(0) instanceof SourceRecord.Keyed keyed) {
      assertThat(keyed.byModelKey()).isTrue();
    }
    return out.get(0);
  }

  @Test
  void idsHaveAtMost512Bytes() throws Exception {
    String most = "é".repeat(255) + "\u0000x";
    SourceRecord.Keyed kept = (SourceRecord.Keyed) decode("driftmoe.features", ids(most, most, 0L));
    assertThat(kept.modelKey()).isEqualTo(most);
    assertThat(kept.eventId()).isEqualTo(most);
    rejects(
        ids("é".repeat(257), "4", 0L),
        DeadLetterKind.INVALID,
        "modelKey has 514 bytes, at most 512 are allowed");
    rejects(ids("k", "x".repeat(70_000), 0L), DeadLetterKind.INVALID, "eventId has 70000 bytes");
    rejects(ids("k", "", 0L), DeadLetterKind.INVALID, "eventId is empty");
    byte[] label = Events.LABEL_EVENTS.encode(new LabelEvent("k", "é".repeat(40_000), "UP", 0L));
    assertThat(decode("driftmoe.labels", label)).isInstanceOf(SourceRecord.Rejected.class);
  }

  @Test
  void eventTimesAreThoseOfSense() throws Exception {
    for (long time : new long[] {SourceRecord.MIN_EVENT_TIME, -1, 0, SourceRecord.MAX_EVENT_TIME}) {
      assertThat(decode("driftmoe.features", ids("k", "4", time)))
          .isInstanceOf(SourceRecord.Features.class);
    }
    assertThat(Instant.ofEpochMilli(SourceRecord.MIN_EVENT_TIME)).isEqualTo("1900-01-01T00:00:00Z");
    assertThat(Instant.ofEpochMilli(SourceRecord.MAX_EVENT_TIME))
        .isEqualTo("2099-12-31T23:59:59.999Z");
    for (long time :
        new long[] {
          SourceRecord.MIN_EVENT_TIME - 1, SourceRecord.MAX_EVENT_TIME + 1, Long.MIN_VALUE
        }) {
      rejects(
          ids("k", "4", time),
          DeadLetterKind.INVALID,
          "eventTime %s is outside the years 1900 to 2099".formatted(time));
    }
    rejects(ids("k", "4", 1_790_000_000_000_000L), DeadLetterKind.INVALID, "like microseconds");
    rejects(ids("k", "4", 1_790_000_000_000_000_000L), DeadLetterKind.INVALID, "like nanoseconds");
  }

  @Test
  void aMessageWithoutKafkaKeyOrTime_isLikeAnyOther() {
    List<SourceRecord> out = new ArrayList<>();
    decoder.deserialize(
        new ConsumerRecord<>("driftmoe.features", 2, 17, null, ids("k", "4", 0L)),
        new ListCollector<>(out));
    assertThat(out.get(0)).isInstanceOf(SourceRecord.Features.class);
    decoder.deserialize(
        new ConsumerRecord<>("driftmoe.features", 2, 17, null, null), new ListCollector<>(out));
    assertThat(out.get(1)).isInstanceOf(SourceRecord.Rejected.class);
  }

  private static byte[] ids(String modelKey, String eventId, long time) {
    return Events.FEATURE_EVENTS.encode(
        new FeatureEvent(modelKey, eventId, time, List.of(1.0, "mon", 1.0), null, false));
  }

  private void rejects(byte[] value, DeadLetterKind kind, String reason) throws Exception {
    SourceRecord.Rejected rejected = (SourceRecord.Rejected) decode("driftmoe.features", value);
    DeadLetter letter =
        SingleObjectCodec.of(DeadLetter.class).decode(rejected.deadLetter().value());
    assertThat(letter.getTopic()).isEqualTo("driftmoe.features");
    assertThat(letter.getPartition()).isEqualTo(2);
    assertThat(letter.getOffset()).isEqualTo(17);
    assertThat(letter.getKind()).isEqualTo(kind);
    assertThat(letter.getReason()).contains(reason);
    assertThat(letter.getValue() == null ? null : letter.getValue().array()).isEqualTo(value);
  }

  private static byte[] event(List<Object> features, String label) {
    return Events.FEATURE_EVENTS.encode(new FeatureEvent("k", "4", 0L, features, label, false));
  }

  private SourceRecord decode(String topic, byte[] value) {
    List<SourceRecord> out = new ArrayList<>();
    decoder.deserialize(
        new ConsumerRecord<>(topic, 2, 17, new byte[] {1}, value), new ListCollector<>(out));
    assertThat(out).hasSize(1);
    return out.get(0);
  }

  private static EventDecoder opened() {
    EventDecoder decoder = new EventDecoder(Events.options(Map.of()));
    decoder.open(null);
    return decoder;
  }
}
