// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** The same event in each format is the same record, or refused in each. */
class FormatsProperties {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String EVENT =
      """
      {"type": "record", "name": "E", "fields": [
        {"name": "noise", "type": {"type": "array", "items": {"type": "map", "values": "string"}}},
        {"name": "m", "type": ["null", {"type": "record", "name": "M", "fields": [
          {"name": "demand", "type": ["double", "null"]},
          {"name": "key", "type": "string"}]}]},
        {"name": "label", "type": ["null", "string"]},
        {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "day", "type": ["null", "string"]},
        {"name": "id", "type": "string"},
        {"name": "price", "type": ["null", "double"]}]}
      """;

  private static final String LABEL =
      """
      {"type": "record", "name": "L", "fields": [
        {"name": "time", "type": "long"}, {"name": "outcome", "type": "string"},
        {"name": "key", "type": ["null", "string"]}, {"name": "id", "type": "string"}]}
      """;

  private static final Schema EVENTS = new Schema.Parser().parse(EVENT);
  private static final Schema LABELS = new Schema.Parser().parse(LABEL);

  private static final String ATTRIBUTES =
      "[{name: price}, {name: day, values: [mon, tue, wed]}, {name: demand, field: /m/demand}]";

  private final Decoding own = new Decoding(Events.options(Map.of()));

  private final Decoding json =
      new Decoding(
          Events.options(
              Map.of(
                  "input.format", "json",
                  "schema.attributes", ATTRIBUTES,
                  "input.event",
                      "{model-key: /m/key, id: id, time: time, time-format: ms, label: label}",
                  "input.labels",
                      "{model-key: key, id: id, time: time, time-format: ms, label: outcome}")));

  private final Decoding avro =
      new Decoding(
          Events.options(
              Map.of(
                  "input.format",
                  "avro",
                  "input.avro-schema",
                  "'" + EVENT.replace("\n", " ") + "'",
                  "schema.attributes",
                  ATTRIBUTES,
                  "input.event",
                  "{model-key: /m/key, id: id, time: time, label: label}",
                  "input.labels",
                  "{model-key: key, id: id, time: time, time-format: ms, label: outcome,"
                      + " avro-schema: '"
                      + LABEL.replace("\n", " ")
                      + "'}")));

  /** What a record holds. */
  record Event(
      String key, String id, long time, Double price, String day, Double demand, String label) {}

  @Property(tries = 2_000)
  void events(@ForAll("events") Event event, @ForAll Random random) throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(random.nextBoolean() ? "ar-EG" : "de-DE"));
    try {
      byte[] key = Decoding.utf8("k");
      SourceRecord expected =
          Decoding.one(
              own.decode(
                  false,
                  key,
                  Events.FEATURE_EVENTS.encode(
                      new FeatureEvent(
                          event.key,
                          event.id,
                          event.time,
                          Arrays.asList(event.price, event.day, event.demand),
                          event.label)),
                  Decoding.KAFKA_TIME));
      same(expected, json.decode(false, key, json(event, random), Decoding.KAFKA_TIME));
      same(expected, avro.decode(false, key, avro(event), Decoding.KAFKA_TIME));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Property(tries = 500)
  void labels(@ForAll("events") Event event, @ForAll Random random) throws Exception {
    String label = event.label == null ? "UP" : event.label;
    byte[] key = Decoding.utf8("k");
    SourceRecord expected =
        Decoding.one(
            own.decode(
                true,
                key,
                Events.LABEL_EVENTS.encode(new LabelEvent(event.key, event.id, label, event.time)),
                Decoding.KAFKA_TIME));
    ObjectNode row = JSON.createObjectNode();
    row.put("outcome", label).put("id", event.id).put("time", event.time).put("key", event.key);
    same(
        expected,
        json.decode(true, key, JSON.writeValueAsBytes(shuffled(row, random)), Decoding.KAFKA_TIME));
    GenericRecord record = new GenericData.Record(LABELS);
    record.put("outcome", label);
    record.put("id", event.id);
    record.put("time", event.time);
    record.put("key", event.key);
    same(expected, avro.decode(true, key, AvroRecordsTest.encode(record), Decoding.KAFKA_TIME));
  }

  private static void same(SourceRecord expected, List<SourceRecord> found) {
    SourceRecord record = Decoding.one(found);
    if (expected instanceof SourceRecord.Rejected rejected) {
      assertThat(record).isInstanceOf(SourceRecord.Rejected.class);
      assertThat(Decoding.letter((SourceRecord.Rejected) record).getKind())
          .isEqualTo(Decoding.letter(rejected).getKind());
    } else if (expected instanceof SourceRecord.Features features) {
      SourceRecord.Features other = (SourceRecord.Features) record;
      assertThat(other)
          .isEqualTo(
              new SourceRecord.Features(
                  features.modelKey(),
                  features.eventId(),
                  features.eventTime(),
                  features.partition(),
                  features.offset(),
                  features.values(),
                  features.label(),
                  other.receivedMicros(),
                  features.byModelKey(),
                  features.progressTime()));
    } else {
      assertThat(record).isEqualTo(expected);
    }
  }

  private static byte[] json(Event event, Random random) throws Exception {
    ObjectNode inner = JSON.createObjectNode();
    inner.put("key", event.key).put("x", 1);
    ObjectNode row = JSON.createObjectNode();
    if (event.demand != null || random.nextBoolean()) {
      inner.put("demand", event.demand);
    }
    row.set("m", shuffled(inner, random));
    row.put("id", event.id).put("time", event.time).put("price", event.price);
    if (event.day != null || random.nextBoolean()) {
      row.put("day", event.day);
    }
    row.put("label", event.label);
    row.putArray("noise").addObject().put("price", "7").putNull("id");
    ObjectNode shuffled = shuffled(row, random);
    return random.nextBoolean()
        ? JSON.writeValueAsBytes(shuffled)
        : JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(shuffled);
  }

  private static ObjectNode shuffled(ObjectNode node, Random random) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    ObjectNode other = JSON.createObjectNode();
    names.forEach(name -> other.set(name, node.get(name)));
    return other;
  }

  private static byte[] avro(Event event) {
    GenericRecord inner = new GenericData.Record(EVENTS.getField("m").schema().getTypes().get(1));
    inner.put("demand", event.demand);
    inner.put("key", event.key);
    GenericRecord record = new GenericData.Record(EVENTS);
    record.put("noise", List.of(Map.of("a", "b"), Map.of()));
    record.put("m", inner);
    record.put("label", event.label);
    record.put("time", event.time);
    record.put("day", event.day);
    record.put("id", event.id);
    record.put("price", event.price);
    return AvroRecordsTest.encode(record);
  }

  @Provide
  Arbitrary<Event> events() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMinLength(1).ofMaxLength(12).filter(WellFormed::utf16),
            Arbitraries.of("", "x".repeat(513), "é\u0000\"\\\n", "9007199254740993"));
    Arbitrary<Double> numbers =
        Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.longs().map(Long::doubleValue),
                Arbitraries.of(-0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1e308))
            .injectNull(0.1);
    return Combinators.combine(
            texts,
            texts,
            Arbitraries.oneOf(
                Arbitraries.longs().between(0, Decoding.KAFKA_TIME), Arbitraries.longs()),
            numbers,
            Arbitraries.of("mon", "tue", "sun", "", "é").injectNull(0.1),
            numbers,
            Arbitraries.of("UP", "DOWN", "?").injectNull(0.4))
        .as(Event::new);
  }
}
