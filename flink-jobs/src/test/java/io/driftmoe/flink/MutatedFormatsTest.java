// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/**
 * Messages of other formats, damaged in every {@link Mutation way}: each becomes one record, in
 * memory that its length bounds, and what the decoder lets through the operator predicts.
 */
class MutatedFormatsTest {
  private static final String EVENT =
      """
      {"type": "record", "name": "E", "fields": [
        {"name": "more", "type": {"type": "map", "values": ["null", "bytes", "E"]}},
        {"name": "key", "type": "string"},
        {"name": "row", "type": {"type": "array", "items": ["null", "double",
          {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 300}]}},
        {"name": "day", "type": {"type": "enum", "name": "D", "symbols": ["mon", "tue", "wed"]}},
        {"name": "label", "type": ["null", "string"]}]}
      """;

  private static final Schema EVENTS = new Schema.Parser().parse(EVENT);

  static final JobOptions JSON =
      options(
          Map.of(
              "input.format", "json",
              "schema.attributes",
                  "[{name: price, field: /row/0}, {name: day, values: [mon, tue, wed]},"
                      + " {name: demand, field: /row/1}]",
              "input.event", "{model-key: key, time: time, time-format: iso, label: label}",
              "input.labels", "{model-key: key, id: id, time: time, time-format: s, label: label}",
              "input.missing", "[NA, NaN]"));

  static final JobOptions AVRO =
      options(
          Map.of(
              "input.format",
              "avro",
              "input.avro-schema",
              "'" + EVENT.replace("\n", " ") + "'",
              "schema.attributes",
              "[{name: price, field: /row/0}, {name: day, values: [mon, tue, wed]},"
                  + " {name: demand, field: /row/1}]",
              "input.event",
              "{model-key: key, label: label}"));

  private static final List<LabeledExample> EXAMPLES = Events.examples(1_000);
  private static final int ROOM = 2_000;
  private static final long ALLOWED_BYTES = 4 << 20;
  private static final long ALLOWED_BYTES_PER_BYTE = 100;

  private static JobOptions options(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>(keys);
    all.put("learner.preset", "paper-data");
    all.put("learner.pool", "[hoeffding-tree]");
    all.put("learner.gates", "[fixed-share]");
    all.put("learner.evaluation-window", "100");
    return Events.options(all);
  }

  static byte[] json(int i) {
    LabeledExample example = EXAMPLES.get(i % EXAMPLES.size());
    return Decoding.utf8(
        "{\"x\":[[{\"y\":\"\\u00e9\"}],1e3],\"key\":\"modèle%s\",\"row\":[%s,\"%s\"],\"day\":\"%s\",\"time\":\"2023-11-14T22:13:20Z\",\"label\":%s}"
            .formatted(
                i % 3,
                example.features().get(0),
                example.features().get(2),
                Events.SCHEMA.attributes().get(1).values().get((int) example.features().get(1)),
                i % 4 == 0 ? "\"UP\"" : "null"));
  }

  static byte[] jsonLabel(int i) {
    return Decoding.utf8(
        "{\"key\":\"modèle%s\",\"id\":\"driftmoe.features-0-%s\",\"time\":1.7e9,\"label\":\"UP\"}"
            .formatted(i % 3, i));
  }

  static byte[] avro(int i) {
    LabeledExample example = EXAMPLES.get(i % EXAMPLES.size());
    GenericRecord inner = avroRecord(example, i);
    GenericRecord outer = avroRecord(example, i);
    outer.put("more", Map.of("inner", inner));
    return AvroRecordsTest.encode(outer);
  }

  private static GenericRecord avroRecord(LabeledExample example, int i) {
    GenericRecord record = new GenericData.Record(EVENTS);
    record.put("more", Map.of());
    record.put("key", "modèle" + i % 3);
    record.put("row", List.of(example.features().get(0), example.features().get(2)));
    Schema day = EVENTS.getField("day").schema();
    record.put(
        "day",
        new GenericData.EnumSymbol(day, day.getEnumSymbols().get((int) example.features().get(1))));
    record.put("label", i % 4 == 0 ? "DOWN" : null);
    return record;
  }

  @Test
  void json() throws Exception {
    run(JSON, MutatedFormatsTest::json, MutatedFormatsTest::jsonLabel);
  }

  @Test
  void avro() throws Exception {
    run(AVRO, MutatedFormatsTest::avro, MutatedFormatsTest::avro);
  }

  private static void run(
      JobOptions options, IntFunction<byte[]> events, IntFunction<byte[]> labels) throws Exception {
    Random random = new Random(3);
    EventDecoder decoder = new EventDecoder(options);
    decoder.open(null);
    RecordFit fit =
        new RecordFit(options, options.topics().deadLetters(), new TopicRoom(ROOM, false));
    int count = MutationRun.count(20_000);
    int accepted = 0;
    int rejected = 0;
    try (MixtureHarness harness = new MixtureHarness(options)) {
      for (int i = 0; i < count; i++) {
        boolean label = random.nextInt(4) == 0;
        byte[] value = Mutation.any((label ? labels : events).apply(i), random);
        String topic = label ? options.topics().labels() : options.topics().features();
        SourceRecord record = decode(decoder, topic, i, value);
        if (record instanceof SourceRecord.Rejected letter) {
          rejected++;
          assertThat(TopicRoom.bytes(fit.of(letter.deadLetter()))).isLessThanOrEqualTo(ROOM);
        } else {
          accepted++;
          harness.send((SourceRecord.Keyed) record);
        }
      }
      harness.watermark(Long.MAX_VALUE);
      assertThat(harness.predictions()).isNotEmpty();
      harness.savepoint(1);
    }
    assertThat(accepted).isGreaterThan(count / 50);
    assertThat(rejected).isGreaterThan(count / 5);
  }

  private static SourceRecord decode(EventDecoder decoder, String topic, int offset, byte[] value) {
    List<SourceRecord> out = new ArrayList<>(1);
    long before = MutationRun.allocated();
    decoder.deserialize(
        new ConsumerRecord<>(
            topic,
            0,
            offset,
            Decoding.KAFKA_TIME,
            TimestampType.CREATE_TIME,
            -1,
            value.length,
            null,
            value,
            new RecordHeaders(),
            Optional.empty()),
        new ListCollector<>(out));
    assertThat(MutationRun.allocated() - before)
        .isLessThan(ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * value.length);
    assertThat(out).hasSize(1);
    return out.get(0);
  }
}
