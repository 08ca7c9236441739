// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroRecordsTest {
  private static final String READING =
      """
      {"type": "record", "name": "Reading", "namespace": "plant.v1", "fields": [
        {"name": "ignored", "type": {"type": "map", "values": {"type": "array", "items": "bytes"}}},
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "device", "type": ["null", {"type": "record", "name": "Device", "fields": [
          {"name": "id", "type": "long"},
          {"name": "parent", "type": ["null", "Device"]}]}]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "price", "type": ["null",
          {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}]},
        {"name": "state", "type": {"type": "enum", "name": "Day", "symbols": ["sun", "mon", "tue"]}},
        {"name": "tags", "type": {"type": "map", "values": ["null", "int", "float", "string"]}},
        {"name": "list", "type": {"type": "array", "items": "double"}},
        {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
        {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 4, "logicalType": "decimal",
          "precision": 9, "scale": 3}},
        {"name": "raw", "type": "bytes"},
        {"name": "plain", "type": "long"},
        {"name": "ok", "type": "boolean"},
        {"name": "class", "type": ["null", "string"], "default": null}]}
      """;

  private static final Schema SCHEMA = new Schema.Parser().parse(READING);

  private static final Map<String, String> KEYS =
      Map.of(
          "input.format",
          "avro",
          "input.avro-schema",
          "'" + READING.replace("\n", " ").replace("'", "''") + "'",
          "schema.attributes",
          "[{name: price}, {name: day, values: [mon, tue], field: state},"
              + " {name: demand, field: /tags/load}]",
          "input.event",
          "{model-key: /device/id, id: id, time: at, label: class}");

  private static Map<String, String> keys(String... keysAndValues) {
    Map<String, String> keys = new HashMap<>(KEYS);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return keys;
  }

  private static final Decoding DECODING = new Decoding(Events.options(KEYS));

  static GenericRecord reading() {
    Schema device = SCHEMA.getField("device").schema().getTypes().get(1);
    GenericRecord parent = new GenericData.Record(device);
    parent.put("id", 3L);
    GenericRecord child = new GenericData.Record(device);
    child.put("id", 9_007_199_254_740_993L);
    child.put("parent", parent);
    GenericRecord reading = new GenericData.Record(SCHEMA);
    reading.put("ignored", Map.of("a", List.of(ByteBuffer.wrap(new byte[9]))));
    reading.put("id", "0b7c1d9e-0000-4000-8000-00000000abcd");
    reading.put("device", child);
    reading.put("at", 1_700_000_000_123_999L);
    reading.put("price", ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()));
    reading.put("state", new GenericData.EnumSymbol(SCHEMA.getField("state").schema(), "tue"));
    reading.put("tags", Map.of("load", 0.5f, "other", "x", "n", 7));
    reading.put("list", List.of(1.5, 2.5));
    reading.put("local", 1_700_000_000_000L);
    reading.put("day", 19_000);
    reading.put("clock", 5);
    reading.put(
        "fixed",
        new GenericData.Fixed(SCHEMA.getField("fixed").schema(), new byte[] {0, 0, 4, (byte) 210}));
    reading.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
    reading.put("plain", 1_700_000_000L);
    reading.put("ok", true);
    reading.put("class", "DOWN");
    return reading;
  }

  static byte[] encode(GenericRecord record) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nestedRecordsUnionsEnumsDecimalsMapsAndLogicalTypes() throws IOException {
    SourceRecord.Features event = DECODING.event(encode(reading()));
    assertThat(event.modelKey()).isEqualTo("9007199254740993");
    assertThat(event.eventId()).isEqualTo("0b7c1d9e-0000-4000-8000-00000000abcd");
    assertThat(event.eventTime()).isEqualTo(1_700_000_000_123L);
    assertThat(event.values()).isEqualTo(FeatureVector.of(-12.34, 1, 0.5));
    assertThat(event.label()).isEqualTo(1);
    ByteBuffer framed =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), SCHEMA).encode(reading());
    assertThat(DECODING.event(framed.array()).values()).isEqualTo(event.values());
  }

  @Test
  void aMissingWordThatIsANumber_isMeantByDoublesFloatsAndDecimals() {
    Decoding decoding =
        new Decoding(
            Events.options(
                keys(
                    "schema.attributes",
                    "[{name: price}, {name: first, field: /list/0}, {name: load, field: /tags/load},"
                        + " {name: kind, field: /list/1, values: ['1', '-999']}]",
                    "input.missing",
                    "[-999, -0.1]")));
    GenericRecord reading = reading();
    reading.put("price", ByteBuffer.wrap(new BigDecimal("-999.00").unscaledValue().toByteArray()));
    reading.put("list", List.of(-999.0, -999.0));
    reading.put("tags", Map.of("load", -0.1f));
    double none = Double.NaN;
    assertThat(decoding.event(encode(reading)).values())
        .isEqualTo(FeatureVector.of(none, none, none, none));
    reading.put("price", ByteBuffer.wrap(new BigDecimal("-999.01").unscaledValue().toByteArray()));
    reading.put("list", List.of(-998.0, 1.0));
    reading.put("tags", Map.of("load", -999));
    assertThat(decoding.event(encode(reading)).values())
        .isEqualTo(FeatureVector.of(-999.01, -998, none, 0));
  }

  @Test
  void nullsAndAbsentKeysAreMissing() {
    GenericRecord reading = reading();
    reading.put("price", null);
    reading.put("tags", Map.of("n", 1));
    reading.put("class", null);
    SourceRecord.Features event = DECODING.event(encode(reading));
    assertThat(event.values()).isEqualTo(FeatureVector.of(Double.NaN, 1, Double.NaN));
    assertThat(event.label()).isEqualTo(-1);
    reading.put("device", null);
    assertThat(DECODING.refusal(DeadLetterKind.INVALID, encode(reading)))
        .isEqualTo("the model key (/device/id) is missing: there is no such field");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "at | - | 1700000000123",
        "local | - | 1699996400000",
        "day | - | 1641596400000",
        "plain | s | 1700000000000",
      })
  void timesOfEveryKind(String path, String format, long expected) {
    Decoding decoding =
        new Decoding(
            Events.options(
                keys(
                    "input.event",
                    "{id: id, label: class, time-zone: Europe/Berlin, time: %s, time-format: %s}"
                        .formatted(path, format == null ? "null" : format))));
    assertThat(decoding.event(encode(reading())).eventTime()).isEqualTo(expected);
  }

  @Test
  void everyPlaceCanBeAnAttribute() {
    Decoding decoding =
        new Decoding(
            Events.options(
                keys(
                    "schema.attributes",
                    "[{name: a, field: /list/1}, {name: b, field: fixed}, {name: c, field: plain},"
                        + " {name: d, field: ok, values: ['false', 'true']},"
                        + " {name: e, field: /device/parent/id}, {name: f, field: /tags/n},"
                        + " {name: g, field: /list/7}, {name: h, field: /tags/n, values: ['7']}]",
                    "input.event",
                    "{label: class}")));
    assertThat(decoding.event(encode(reading())).values())
        .isEqualTo(FeatureVector.of(2.5, 1.234, 1.7e9, 1, 3, 7, Double.NaN, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schema.attributes[0].field | [{name: prise}, {name: x, field: plain}] |"
            + " is prise, but the schema has no such field",
        "schema.attributes[1].field | [{name: price}, {name: x, field: state}] |"
            + " is enum, and an attribute without values is a number; give its values",
        "schema.attributes[1].field | [{name: price}, {name: x, field: id}] | is string, and an",
        "schema.attributes[1].field | [{name: price}, {name: x, field: raw}] | is bytes",
        "schema.attributes[1].field | [{name: price}, {name: x, field: device}] | is a record",
        "schema.attributes[1].field | [{name: price}, {name: x, field: /list/x}] | no such field",
        "input.event.id | {id: /device/no, label: class} | no such field",
        "input.event.id | {id: list, label: class} | is an array: a single value is needed",
        "input.event.label | {label: klass} | is klass, but the schema has no such field",
        "input.event.time | {label: class, time: plain} |"
            + " is long, which does not tell its unit; give time-format",
        "input.event.time | {label: class, time: clock} | is time-millis, which names no day",
        "input.event.model-key | {label: class, model-key: 'key:id'} |"
            + " the schema of the Kafka key of records of format avro is not known",
      })
  void whatTheSchemaCannotHold_isRefusedAtStart(String key, String value, String reason) {
    String setting = key.startsWith("schema") ? "schema.attributes" : "input.event";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Events.options(keys(setting, value)))
        .withMessageStartingWith(key + " is ")
        .withMessageContaining(reason);
  }

  @Test
  void whatIsNotExactlyOneRecord_isUndecodable() {
    byte[] good = encode(reading());
    assertThat(DECODING.refusal(DeadLetterKind.UNDECODABLE, new byte[0])).startsWith("truncated");
    for (int length = 0; length < good.length; length++) {
      DECODING.refusal(DeadLetterKind.UNDECODABLE, Arrays.copyOf(good, length));
    }
    assertThat(DECODING.refusal(DeadLetterKind.UNDECODABLE, Arrays.copyOf(good, good.length + 1)))
        .contains("bytes follow the end of the record of schema 'plant.v1.Reading'");
  }

  @Test
  void numbersThatAreNone_nameTheAttribute() {
    Decoding list =
        new Decoding(
            Events.options(
                keys(
                    "schema.attributes",
                    "[{name: price, field: /list/0}, {name: b, field: /tags/n}]")));
    for (double number : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      GenericRecord reading = reading();
      reading.put("list", List.of(number));
      assertThat(list.refusal(DeadLetterKind.INVALID, encode(reading)))
          .isEqualTo("attribute 'price' (/list/0) is numeric and must be finite, got " + number);
    }
    GenericRecord text = reading();
    text.put("tags", Map.of("n", "many"));
    assertThat(list.refusal(DeadLetterKind.INVALID, encode(text)))
        .isEqualTo("attribute 'b' (/tags/n) is numeric and needs a number, got 'many'");
    GenericRecord large = reading();
    large.put("price", ByteBuffer.wrap(new byte[200]));
    assertThat(DECODING.refusal(DeadLetterKind.INVALID, encode(large)))
        .contains("attribute 'price' (price)", "got a decimal of 200 bytes and scale 2");
  }

  @Test
  void lengthsCountsAndDepths_areNotTrusted() {
    String list =
        """
        {"type": "record", "name": "L", "fields": [
          {"name": "v", "type": "double"},
          {"name": "nulls", "type": {"type": "array", "items": "null"}},
          {"name": "next", "type": ["null", "L"]}]}
        """;
    Decoding decoding =
        new Decoding(
            Events.options(
                keys(
                    "input.avro-schema",
                    "'" + list.replace("\n", " ") + "'",
                    "schema.attributes",
                    "[{name: v}, {name: w, field: /next/v}]",
                    "input.event",
                    "null",
                    "input.labels",
                    "{format: driftmoe}")));
    assertThat(decoding.event(bytes(8, 0, 0)).values()).isEqualTo(FeatureVector.of(0, Double.NaN));
    // a thousand million nulls
    byte[] nulls = bytes(8, 0x80, 0xA8, 0xD6, 0xB9, 0x07, 0, 0);
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, nulls)).contains("more items than");
    byte[] deep = new byte[10 * 100_000];
    for (int at = 0; at < deep.length; at += 10) {
      deep[at + 9] = 2;
    }
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, deep)).contains("deeper than 200");
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, bytes(8, 0, 8)))
        .contains("branch 4 of a union of 2 types");
  }

  /** So many zeros, then these. */
  private static byte[] bytes(int zeros, int... rest) {
    byte[] bytes = new byte[zeros + rest.length];
    for (int i = 0; i < rest.length; i++) {
      bytes[zeros + i] = (byte) rest[i];
    }
    return bytes;
  }

  @Test
  void negativeLengthsOfWhatIsPassedOver() {
    byte[] good = encode(reading());
    // the first map: one entry, whose key has a length of 1
    assertThat(good[0]).isEqualTo((byte) 2);
    good[1] = 1; // -1
    assertThat(DECODING.refusal(DeadLetterKind.UNDECODABLE, good)).contains("a length of -1");
  }

  @Test
  void textMustBeWellFormed_whereItIsRead() {
    GenericRecord reading = reading();
    byte[] good = encode(reading);
    int at = new String(good, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("0b7c1d9e");
    good[at] = (byte) 0xFF;
    assertThat(DECODING.refusal(DeadLetterKind.INVALID, good))
        .isEqualTo("the event id (id) is text that is not well-formed UTF-8");
  }

  @Test
  void aUuidOf16BytesIsItsText() {
    UUID id = UUID.randomUUID();
    String schema =
        "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"id\", \"type\":"
            + " {\"type\": \"fixed\", \"name\": \"U\", \"size\": 16, \"logicalType\": \"uuid\"}},"
            + " {\"name\": \"v\", \"type\": \"double\"}]}";
    Decoding decoding =
        new Decoding(
            Events.options(
                keys(
                    "input.avro-schema", "'" + schema + "'",
                    "schema.attributes", "[{name: v}]",
                    "input.event", "{id: id}",
                    "input.labels", "{format: driftmoe}")));
    ByteBuffer bytes = ByteBuffer.allocate(24);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    assertThat(decoding.event(bytes.array()).eventId()).isEqualTo(id.toString());
  }
}
