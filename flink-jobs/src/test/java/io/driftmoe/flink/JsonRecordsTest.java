// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {
  private static final Map<String, String> KEYS =
      Map.of(
          "input.format", "json",
          "schema.attributes",
              "[{name: price, field: /order/price}, {name: day, values: [mon, tue, 'true', '7']},"
                  + " {name: demand, field: /list/1}]",
          "input.event",
              "{model-key: /device/id, id: order_id, time: ts, time-format: ms, label: class}",
          "input.labels",
              "{model-key: device, id: order, time: at, time-format: iso, label: outcome}",
          "input.missing", "[NA, '', NaN, -999]");

  private final Decoding decoding = new Decoding(Events.options(KEYS));

  private static Decoding with(String... keysAndValues) {
    Map<String, String> keys = new HashMap<>(KEYS);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new Decoding(Events.options(keys));
  }

  /** An event whose price and day are given. */
  private static String event(String price, String day) {
    return "{\"order_id\":1,\"device\":{\"id\":\"k\"},\"ts\":0,\"order\":{\"price\":%s},\"day\":%s}"
        .formatted(price, day);
  }

  @Test
  void fieldsInAnyOrder_andOthersAmongThem() {
    SourceRecord.Features event =
        decoding.event(
            """
            \uFEFF{"x": [{"price": 7}, [1, 2, {"a": NaN}]], "list": [9, -2.5e-1, 8], "class": "DOWN",
             "ts": 1700000000123, "device": {"other": {"id": "no"}, "id": "k"}, "day": "tue",
             "order": {"price": 1.5, "order_id": 3}, "order_id": 9007199254740993}
            """);
    assertThat(event.modelKey()).isEqualTo("k");
    assertThat(event.eventId()).isEqualTo("9007199254740993");
    assertThat(event.eventTime()).isEqualTo(1_700_000_000_123L);
    assertThat(event.values()).isEqualTo(FeatureVector.of(1.5, 1, -0.25));
    assertThat(event.label()).isEqualTo(1);
    assertThat(event.byModelKey()).isTrue();
    assertThat(event.receivedMicros()).isPositive();
    assertThat(event.partition()).isEqualTo(2);
    assertThat(event.offset()).isEqualTo(17);
  }

  @Test
  void aFieldMayAskToExplain_andWhatIsNotTrueAsksForNothing() {
    Decoding asking = with("input.event.explain", "/debug/why");
    String event = "{\"order_id\":1,\"device\":{\"id\":\"k\"},\"ts\":0,\"debug\":{\"why\":%s}}";
    for (String yes : List.of("true", "\"true\"", "\"TRUE\"")) {
      assertThat(asking.event(event.formatted(yes)).explain()).as(yes).isTrue();
      assertThat(decoding.event(event.formatted(yes)).explain()).as(yes).isFalse();
    }
    for (String no : List.of("false", "null", "1", "\"yes\"", "[true]", "{\"why\":true}")) {
      assertThat(asking.event(event.formatted(no)).explain()).as(no).isFalse();
    }
    assertThat(asking.event(event("1", "\"mon\"")).explain()).isFalse();
  }

  @Test
  void whatIsAbsentNullOrAWordForIt_isMissing() {
    double none = Double.NaN;
    for (String word : List.of("null", "\"NA\"", "\"\"", "NaN", "-999", "\"NaN\"", "\"-999\"")) {
      assertThat(decoding.event(event(word, word)).values())
          .as(word)
          .isEqualTo(FeatureVector.of(none, none, none));
    }
    assertThat(decoding.event(event("2", "\"other day\"")).values())
        .isEqualTo(FeatureVector.of(2, none, none));
    assertThat(decoding.event(event("2", "\"mon\"")).label()).isEqualTo(-1);
    String labelled = event("2", "null, \"class\": null");
    assertThat(decoding.event(labelled).label()).isEqualTo(-1);
  }

  @Test
  void aMissingWordThatIsANumber_isMeantHoweverTheNumberIsWritten() {
    double none = Double.NaN;
    for (String price : List.of("-999.0", "-999.00", "-9.99e2", "\"-999.0\"", "\" -999 \"")) {
      assertThat(decoding.event(event(price, "null")).values())
          .as(price)
          .isEqualTo(FeatureVector.of(none, none, none));
    }
    assertThat(decoding.event(event("-999.5", "null")).values().get(0)).isEqualTo(-999.5);
    Decoding seven = with("input.missing", "['7', '1e400']");
    for (String day : List.of("7", "7.0", "\"7\"")) {
      assertThat(seven.event(event("1", day)).values().isMissing(1)).as(day).isTrue();
    }
    assertThat(decoding.event(event("1", "7.0")).values().get(1)).isEqualTo(3);
    assertThat(seven.refusal(DeadLetterKind.INVALID, event("Infinity", "null")))
        .contains("must be finite");
  }

  @Test
  void numbersAreNumbersAsText_andOtherValuesNames() {
    assertThat(decoding.event(event("\" -1.5E+2 \"", "true")).values())
        .isEqualTo(FeatureVector.of(-150, 2, Double.NaN));
    assertThat(decoding.event(event("123456789012345678901234567890", "7")).values())
        .isEqualTo(FeatureVector.of(123456789012345678901234567890.0, 3, Double.NaN));
    assertThat(decoding.event(event("-0.0", "7.0")).values())
        .isEqualTo(FeatureVector.of(-0.0, 3, Double.NaN));
    assertThat(decoding.event(event("0.1", "null")).values().get(0)).isEqualTo(0.1);
    assertThat(decoding.event(event("4.9e-324", "null")).values().get(0))
        .isEqualTo(Double.MIN_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"abc\" | attribute 'price' (/order/price) is numeric and needs a number, got 'abc'",
        "\"1,5\" | is numeric and needs a number, got '1,5'",
        "\"0x10\" | is numeric and needs a number, got '0x10'",
        "\"1d\" | is numeric and needs a number, got '1d'",
        "\"Infinity\" | is numeric and needs a number, got 'Infinity'",
        "\"--1\" | is numeric and needs a number, got '--1'",
        "\"1e400\" | is numeric and must be finite, got '1e400'",
        "1e400 | is numeric and must be finite, got 1e400",
        "-Infinity | is numeric and must be finite, got -Infinity",
        "true | is numeric and needs a number, got true",
        "{} | is numeric and needs a number, got an object",
        "[1] | is numeric and needs a number, got an array",
        "\"\\ud800\" | got text with half a character",
      })
  void whatIsNoNumber_namesAttributePathAndValue(String price, String reason) {
    assertThat(decoding.refusal(DeadLetterKind.INVALID, event(price, "null")))
        .startsWith("attribute 'price' (/order/price) ")
        .contains(reason);
  }

  @Test
  void sizesAreBounded() {
    assertThat(decoding.refusal(DeadLetterKind.INVALID, event("1".repeat(1_001), "null")))
        .contains("attribute 'price'")
        .endsWith("got a number of 1001 characters");
    assertThat(decoding.refusal(DeadLetterKind.INVALID, event("1".repeat(400), "null")))
        .hasSizeLessThan(300)
        .contains("must be finite");
    String deep = "[".repeat(201) + "]".repeat(201);
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, event("1", "null, \"x\": " + deep)))
        .startsWith("malformed JSON");
    String nested = "{\"order\":".repeat(100_000);
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, nested)).startsWith("malformed JSON");
    String ignored = event("1", "null, \"x\": " + "9".repeat(100_000));
    assertThat(decoding.event(ignored).values().get(0)).isEqualTo(1);
    assertThat(
            decoding.refusal(
                DeadLetterKind.INVALID,
                event("1", "\"mon\"").replace("1,", "\"" + "x".repeat(600) + "\",")))
        .isEqualTo("eventId has 600 bytes, at most 512 are allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "null",
        "[1]",
        "\"a\"",
        "1",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1}{}",
        "{\"a\":1} x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"order_id\": 1, \"order_id\": 1}",
        "{\"order\": {}, \"order\": {\"price\": 1}}",
        "{\"device\": {\"id\": 1, \"id\": 2}}",
        "{\"ts\":\"\\x\"}",
        "{\"a\": \"tab\there\"}",
      })
  void whatIsNoJsonObject_isUndecodable(String json) {
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, json)).isNotBlank();
  }

  @Test
  void textMustBeWellFormedUtf8() {
    byte[] good = Decoding.utf8(event("1", "\"né\""));
    assertThat(decoding.event(good).values().get(0)).isEqualTo(1);
    byte[] overlong = good.clone();
    int at = new String(good, StandardCharsets.ISO_8859_1).indexOf('\u00C3');
    overlong[at] = (byte) 0xC0;
    overlong[at + 1] = (byte) 0x80;
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, overlong)).contains("UTF-8");
    assertThat(
            decoding.refusal(
                DeadLetterKind.UNDECODABLE, event("1", "null").getBytes(StandardCharsets.UTF_16LE)))
        .contains("UTF-16");
    assertThat(decoding.refusal(DeadLetterKind.UNDECODABLE, new byte[] {0, 0, 0, 0, 1, 2, 3}))
        .contains("Confluent");
  }

  @Test
  void idsAndTimesAreThere_orTheReasonSaysWhichIsNot() {
    assertThat(decoding.refusal(DeadLetterKind.INVALID, "{\"order_id\":1}"))
        .isEqualTo("the model key (/device/id) is missing: there is no such field");
    assertThat(decoding.refusal(DeadLetterKind.INVALID, "{\"device\":{\"id\":null},\"ts\":1}"))
        .isEqualTo("the model key (/device/id) is missing: it is null");
    assertThat(decoding.refusal(DeadLetterKind.INVALID, "{\"device\":{\"id\":{}},\"ts\":1}"))
        .isEqualTo("the model key (/device/id) is an object");
    assertThat(
            decoding.refusal(
                DeadLetterKind.INVALID, "{\"device\":{\"id\":1},\"order_id\":1,\"ts\":\"x\"}"))
        .isEqualTo(
            "the event time (ts) is no time of input.event.time-format, got 'x': 'it is no"
                + " number'");
    assertThat(
            decoding.refusal(
                DeadLetterKind.INVALID,
                "{\"device\":{\"id\":1},\"order_id\":1,\"ts\":1700000000000000}"))
        .contains("the event time (ts) is '1700000000000000'", "looks like microseconds");
    assertThat(
            decoding.refusal(
                DeadLetterKind.INVALID,
                "{\"device\":{\"id\":1},\"order_id\":1,\"ts\":1800000000000}"))
        .contains("ahead of the record's Kafka time");
    assertThat(decoding.refusal(DeadLetterKind.INVALID, "{\"message\":\"maintenance\"}"))
        .contains("none of the fields that are mapped", "another kind");
    assertThat(
            decoding.refusal(
                DeadLetterKind.INVALID, event("1", "\"mon\", \"class\": \"SIDEWAYS\"")))
        .isEqualTo(
            "the label (class): label 'SIDEWAYS' is not one of the declared classes [UP, DOWN]");
    assertThat(decoding.decode(false, null, null, 0)).hasSize(1);
  }

  @Test
  void aNumberIsTheValueThatIsTheSameNumber() {
    for (String seven : List.of("7", "7.0", "7e0", "0.7e1", "70E-1")) {
      assertThat(decoding.event(event("1", seven)).values().get(1)).as(seven).isEqualTo(3);
    }
    for (String other : List.of("7.5", "-7", "\"7.0\"", "1e999")) {
      assertThat(decoding.event(event("1", other)).values().isMissing(1)).as(other).isTrue();
    }
    Decoding classes = with("schema.classes", "['0', '1']");
    String labelled = "{\"order_id\":1,\"device\":{\"id\":\"k\"},\"ts\":0,\"class\":%s}";
    assertThat(classes.event(labelled.formatted("1.0")).label()).isEqualTo(1);
    assertThat(
            classes
                .label("{\"device\":\"k\",\"order\":1,\"at\":\"2026-09-01\",\"outcome\":0.0}")
                .label())
        .isZero();
    assertThat(classes.refusal(DeadLetterKind.INVALID, labelled.formatted("2.0")))
        .contains("'2.0'");
  }

  @Test
  void theWholeKafkaKeyMayBeTheId() {
    Decoding keyed =
        with("input.event", "{model-key: {constant: all}, id: 'key:', time: ts, time-format: ms}");
    assertThat(keyed.event("{\"ts\": 5}").eventId()).isEqualTo("k");
    byte[] malformed = {(byte) 0xC0, (byte) 0x80};
    byte[] value = Decoding.utf8("{\"ts\": 5}");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, keyed.decode(false, malformed, value, 0)))
        .isEqualTo("the event id (key:) is no text in UTF-8");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, keyed.decode(false, null, value, 0)))
        .contains("the event id (key:)");
    Decoding both =
        with("input.event", "{model-key: 'key:/tenant', id: 'key:', time: ts, time-format: ms}");
    byte[] key = Decoding.utf8("{\"tenant\": \"t\", \"n\": 1}");
    SourceRecord.Features event = (SourceRecord.Features) both.decode(false, key, value, 5).get(0);
    assertThat(event.modelKey()).isEqualTo("t");
    assertThat(event.eventId()).isEqualTo("{\"tenant\": \"t\", \"n\": 1}");
  }

  @Test
  void withoutMappings_theKafkaRecordTells() {
    Decoding bare = with("input.event", "null");
    SourceRecord.Features event = bare.event("{\"order\": {\"price\": 3}}");
    assertThat(event.modelKey()).isEqualTo("k");
    assertThat(event.eventId()).isEqualTo("driftmoe.features-2-17");
    assertThat(event.eventTime()).isEqualTo(Decoding.KAFKA_TIME);
    assertThat(event.byModelKey()).isTrue();
    byte[] value = Decoding.utf8("{\"day\": \"mon\"}");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, bare.decode(false, null, value, 0)))
        .isEqualTo(
            "the record has no Kafka key, and input.event.model-key is not the path of a field");
    byte[] malformed = {(byte) 0xC0, (byte) 0x80};
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, bare.decode(false, malformed, value, 0)))
        .contains("the Kafka key is no text in UTF-8");
    assertThat(
            Decoding.refusal(
                DeadLetterKind.INVALID, bare.decode(false, Decoding.utf8("k"), value, -1)))
        .isEqualTo("the record has no time in Kafka, and input.event.time is not given");
    Decoding constant = with("input.event", "{model-key: {constant: all}}");
    assertThat(constant.event("{\"day\": \"mon\"}").modelKey()).isEqualTo("all");
    assertThat(constant.event("{\"day\": \"mon\"}").byModelKey()).isFalse();
  }

  @Test
  void fieldsOfTheKafkaKey() {
    Decoding keyed = with("input.event", "{model-key: 'key:/dev/id', id: 'key:n', label: class}");
    byte[] value = Decoding.utf8("{\"day\": \"mon\"}");
    SourceRecord.Features event =
        (SourceRecord.Features)
            Decoding.one(
                keyed.decode(false, Decoding.utf8("{\"n\":4,\"dev\":{\"id\":\"m\"}}"), value, 9));
    assertThat(event.modelKey()).isEqualTo("m");
    assertThat(event.eventId()).isEqualTo("4");
    assertThat(
            Decoding.refusal(
                DeadLetterKind.UNDECODABLE, keyed.decode(false, Decoding.utf8("k"), value, 9)))
        .startsWith("the Kafka key: malformed JSON");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, keyed.decode(false, null, value, 9)))
        .isEqualTo("the model key (key:/dev/id) is missing: there is no such field");
  }

  @Test
  void labelsOfAnotherTopic() {
    SourceRecord.Label label =
        decoding.label(
            "{\"outcome\":\"DOWN\",\"at\":\"2023-11-14 22:13:20.5Z\",\"order\":12,\"device\":\"k\"}");
    assertThat(label)
        .isEqualTo(new SourceRecord.Label("k", "12", 1_700_000_000_500L, 2, 17, 1, true));
    byte[] none = Decoding.utf8("{\"outcome\":null,\"order\":1,\"device\":\"k\"}");
    byte[] key = Decoding.utf8("k");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, decoding.decode(true, key, none, 0)))
        .isEqualTo("the label (outcome) is missing: it is null");
    assertThat(Decoding.refusal(DeadLetterKind.UNDECODABLE, decoding.decode(true, key, null, 0)))
        .contains("input.labels.changelog: true");
    Decoding unmapped = with("input.labels", "null");
    assertThat(Decoding.refusal(DeadLetterKind.INVALID, unmapped.decode(true, key, none, 0)))
        .contains("input.labels does not say");
  }

  @Test
  void aChangelogHasTombstonesAndRowsWithoutALabelYet() {
    Decoding table =
        with(
            "input.event", "{model-key: {constant: all}, id: order_id}",
            "input.labels", "{id: order, label: outcome, changelog: true}");
    byte[] key = Decoding.utf8("row");
    assertThat(table.decode(true, key, null, 0)).isEmpty();
    for (String row : List.of("{\"outcome\":null,\"order\":1}", "{\"order\":1}")) {
      assertThat(table.decode(true, key, Decoding.utf8(row), 0)).isEmpty();
    }
    SourceRecord.Label label = table.label("{\"outcome\":\"UP\",\"order\":\"o-1\"}");
    assertThat(label)
        .isEqualTo(new SourceRecord.Label("all", "o-1", Decoding.KAFKA_TIME, 2, 17, 0, false));
    assertThat(
            Decoding.refusal(
                DeadLetterKind.INVALID,
                table.decode(true, key, Decoding.utf8("{\"outcome\":\"?\",\"order\":1}"), 0)))
        .contains("'?' is not one of the declared classes");
  }

  @Test
  void labelsMayHaveAnotherFormat() {
    Decoding own = with("input.labels", "{format: driftmoe}");
    byte[] value =
        Events.LABEL_EVENTS.encode(new io.driftmoe.schemas.avro.LabelEvent("k", "4", "UP", 9L));
    assertThat(own.label(value)).isEqualTo(new SourceRecord.Label("k", "4", 9, 2, 17, 0, true));
    Decoding json =
        new Decoding(
            Events.options(Map.of("input.labels", "{format: json, id: order, label: outcome}")));
    assertThat(json.label("{\"outcome\":\"UP\",\"order\":1}").eventId()).isEqualTo("1");
    assertThat(
            json.event(
                    Events.FEATURE_EVENTS.encode(
                        Events.wireFeatures("k", 4, Events.examples(1).get(0), false)))
                .eventId())
        .isEqualTo("4");
  }
}
