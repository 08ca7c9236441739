// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.cli.SchemaRegistry;
import io.driftmoe.flink.EventFields;
import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobOptions.AttributeOption;
import io.driftmoe.flink.LabelFields;
import io.driftmoe.flink.RegistryOptions;
import io.driftmoe.flink.TopicSample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicGuessTest {
  private static final String USER_INFO = "basic.auth.user.info";
  private static final String[] CHANNELS = {"web", "shop", "phone"};

  /** Orders as a shop sends them: nested, with ids, times, texts, and fields in any order. */
  private static Samples orders(int records, boolean withLabel) {
    Random random = new Random(1);
    Samples samples = new Samples("orders");
    for (int i = 0; i < records; i++) {
      String id = "\"order_id\": \"%s\"".formatted(id(i));
      String time = "\"ts\": %s".formatted(Samples.TIME + i * 1_000L);
      String basket =
          "\"basket\": {\"total\": %.2f, \"items\": %s, \"note\": \"text %s of a customer\"}"
              .formatted(random.nextDouble() * 100, random.nextInt(1, 30), i);
      String channel = "\"channel\": \"%s\"".formatted(CHANNELS[random.nextInt(3)]);
      String rest =
          "\"currency\": \"EUR\", \"gift\": %s, \"tags\": [1.5, %s], \"rating\": %s"
              .formatted(random.nextBoolean(), i % 7, i % 5 == 0 ? "\"NA\"" : i % 11);
      String label = withLabel ? ", \"paid\": \"%s\"".formatted(i % 3 == 0 ? "no" : "yes") : "";
      samples.add(
          "customer-" + random.nextInt(20),
          i % 2 == 0
              ? "{%s, %s, %s, %s, %s%s}".formatted(id, time, basket, channel, rest, label)
              : "{%s, %s, %s, %s, %s%s}".formatted(rest, channel, time, basket, id, label));
    }
    return samples;
  }

  private static String id(int i) {
    return new UUID(99, i).toString();
  }

  private static EventFields event(TopicAnswer answer) {
    return Objects.requireNonNull(answer.options().input().event());
  }

  /** Rows that are written again when their label is known, and deleted some time later. */
  private static Samples table(boolean tombstones) {
    Random random = new Random(2);
    Samples samples = new Samples("orders");
    for (int i = 0; i < 200; i++) {
      String row =
          "{\"ts\": %s, \"total\": %.2f, \"state\": %%s}"
              .formatted(Samples.TIME + i * 1_000L, random.nextDouble() * 100);
      samples.add("order-" + i, row.formatted("null"));
      if (i % 3 > 0) {
        samples.add("order-" + i, row.formatted(i % 3 == 1 ? "\"kept\"" : "\"back\""));
      }
      if (tombstones && i % 10 == 0) {
        samples.add("order-" + i, null);
      }
    }
    return samples;
  }

  @Test
  void rowsOfATable_theKeyIsTheId() throws TopicGuessException {
    TopicAnswer answer = TopicGuess.of(Samples.question("state", null), table(true).sample(), null);
    assertThat(event(answer).id()).isEqualTo("key:");
    assertThat(event(answer).changelog()).isTrue();
    assertThat(event(answer).label()).isEqualTo("state");
    assertThat(answer.notes())
        .anyMatch(note -> note.matches("input: (\\d+) of \\1 sampled records.* fit"));

    TopicAnswer unsure =
        TopicGuess.of(Samples.question("state", null), table(false).sample(), null);
    assertThat(event(unsure).changelog()).isFalse();
    assertThat(unsure.comments().get("input.event.changelog"))
        .containsExactly(
            "if records change a row of a table, with the Kafka key as its id: true, and id: 'key:'");
  }

  @Test
  void kafkaKeysThatAllDifferAreIds_ofEventsAndOfLabels() throws TopicGuessException {
    Samples events = new Samples("orders");
    Samples labels = new Samples("outcomes");
    for (int i = 0; i < 120; i++) {
      events.add(
          id(i), "{\"ts\": %s, \"total\": %s}".formatted(Samples.TIME + i, (i * 7 % 40) / 4.0));
      labels.add(id(i), "{\"outcome\": \"%s\"}".formatted(i % 2 == 0 ? "a" : "b"));
    }
    TopicAnswer answer =
        TopicGuess.of(Samples.question(null, "outcomes"), events.sample(), labels.sample());
    assertThat(event(answer).id()).isEqualTo("key:");
    assertThat(Objects.requireNonNull(answer.options().input().labels()).id()).isEqualTo("key:");
  }

  @Test
  void events_fieldsInAnyOrder_labelInThem() throws TopicGuessException {
    TopicAnswer answer =
        TopicGuess.of(Samples.question("paid", null), orders(300, true).sample(), null);

    JobOptions options = answer.options();
    assertThat(options.topics().features()).isEqualTo("orders");
    assertThat(options.input().format()).isEqualTo(InputFormat.JSON);
    assertThat(event(answer))
        .isEqualTo(new EventFields(null, "order_id", "ts", "ms", null, "paid", null, null));
    assertThat(options.schema().classes()).containsExactly("no", "yes");
    assertThat(options.schema().attributes())
        .containsExactlyInAnyOrder(
            new AttributeOption("total", List.of(), "/basket/total"),
            new AttributeOption("items", List.of(), "/basket/items"),
            new AttributeOption("channel", List.of("phone", "shop", "web"), null),
            new AttributeOption("gift", List.of("false", "true"), null),
            new AttributeOption("tags.1", List.of(), "/tags/1"),
            new AttributeOption("rating", List.of(), null));
    assertThat(options.input().missing()).containsExactly("NA");
    assertThat(answer.comments().get("input.event.model-key"))
        .containsExactly("the Kafka key: 20 different in 300 records");
    assertThat(answer.comments().get("schema.attributes"))
        .contains(
            "left out: currency: constant, always 'EUR'",
            "left out: /tags/0: constant, always '1.5'")
        .anyMatch(line -> line.startsWith("left out: /basket/note: text, 300 different texts"));
    assertThat(answer.comments().get("schema.classes")).containsExactly("seen: no 100, yes 200");
  }

  @Test
  void labelsOnATopicOfTheirOwn_areJoinedByTheIdsInBoth() throws TopicGuessException {
    Samples labels = new Samples("outcomes");
    for (int i = 0; i < 100; i++) {
      labels.add(
          "customer-" + i % 20,
          "{\"verdict\": %s, \"order\": \"%s\", \"at\": \"%s\"}"
              .formatted(i % 3 == 0, id(i), Instant.ofEpochMilli(Samples.TIME + i * 1_000L)));
    }

    TopicAnswer answer =
        TopicGuess.of(
            Samples.question(null, "outcomes"), orders(300, false).sample(), labels.sample());

    assertThat(answer.options().topics().labels()).isEqualTo("outcomes");
    assertThat(event(answer).id()).isEqualTo("order_id");
    assertThat(event(answer).modelKey()).isNull();
    assertThat(answer.options().input().labels())
        .isEqualTo(new LabelFields(null, null, null, "order", "at", "iso", null, "verdict", false));
    assertThat(answer.options().schema().classes()).containsExactly("false", "true");
    assertThat(answer.comments().get("input.labels.id"))
        .containsExactly("100 of 100 ids of labels are among those of the sampled events");
  }

  @Test
  void labelsThatDoNotNameTheKey_makeOneModel_changelogsAreSeen() throws TopicGuessException {
    Samples labels = new Samples("outcomes");
    for (int i = 0; i < 60; i++) {
      labels.add(
          id(i),
          i % 10 == 0
              ? null
              : "{\"class\": %s, \"order\": \"%s\"}"
                  .formatted(i % 4 == 1 ? "null" : "\"c" + i % 3 + "\"", id(i)));
    }

    TopicAnswer answer =
        TopicGuess.of(
            Samples.question(null, "outcomes"), orders(300, false).sample(), labels.sample());

    assertThat(Objects.requireNonNull(event(answer).modelKey()).constant()).isEqualTo("all");
    LabelFields fields = Objects.requireNonNull(answer.options().input().labels());
    assertThat(fields.changelog()).isTrue();
    assertThat(fields.label()).isEqualTo("class");
    assertThat(answer.comments().get("input.event.model-key").get(0))
        .contains("topic outcomes do not say which of the keys");
  }

  @Test
  void label_thatCannotBeGuessed_isAskedFor() {
    assertThatThrownBy(
            () -> TopicGuess.of(Samples.question(null, null), orders(300, true).sample(), null))
        .isInstanceOfSatisfying(
            TopicGuessException.class, fault -> assertThat(fault.isUsage()).isTrue())
        .hasMessageContaining("give --label FIELD")
        .hasMessageContaining("paid (2 values)")
        .hasMessageContaining("channel (3 values)");
    assertThatThrownBy(
            () -> TopicGuess.of(Samples.question("payed", null), orders(300, true).sample(), null))
        .hasMessageContaining("--label payed: no record of 300")
        .hasMessageContaining("paid (2 values)");
    assertThatThrownBy(
            () ->
                TopicGuess.of(
                    Samples.question("/basket/total", null), orders(300, true).sample(), null))
        .hasMessageContaining("regression target");
  }

  @Test
  void emptyTopics_tombstonesAndUnknownBytes_areToldApart() {
    Samples tombstones = new Samples("orders").add("a", null).add("b", null);
    Samples words = new Samples("orders").add("a", "hello").add("b", "world");

    assertThatThrownBy(() -> guess(new Samples("orders")))
        .hasMessageContaining("topic orders is empty");
    assertThatThrownBy(() -> guess(tombstones))
        .hasMessageContaining("all of 2 records are without a value");
    assertThatThrownBy(() -> guess(words))
        .hasMessageContaining("neither JSON objects nor Avro")
        .hasMessageContaining("68 65 6c 6c 6f");
  }

  private static TopicAnswer guess(Samples samples) throws TopicGuessException {
    return TopicGuess.of(Samples.question(null, null), samples.sample(), null);
  }

  @Test
  void recordsThatCannotBeRead_areCountedAndSaid() throws TopicGuessException {
    Samples samples = orders(50, true);
    samples.add("k", "{\"order_id\": ").add("k", "[1, 2]").add("k", null);

    TopicAnswer answer = TopicGuess.of(Samples.question("paid", null), samples.sample(), null);

    assertThat(answer.notes())
        .contains("orders: 1 of these records have no value")
        .anyMatch(
            note ->
                note.startsWith(
                    "orders: 2 of these records cannot be read and would be dead letters, first in"
                        + " partition 0, offset 50: it is no JSON"));
  }

  @Test
  void tenThousandFields_areTaken() throws TopicGuessException {
    Samples samples = new Samples("wide");
    for (int i = 0; i < 100; i++) {
      StringBuilder json = new StringBuilder("{\"label\": %s".formatted(i % 2));
      for (int f = 0; f < 10_500; f++) {
        json.append(", \"f").append(f).append("\": ").append((i * 31 + f) % 17 + 0.5);
      }
      samples.add("key", json + "}");
    }

    TopicAnswer answer = guess(samples);

    assertThat(answer.options().schema().attributes()).hasSize(10_000);
    assertThat(answer.comments().get("schema.attributes"))
        .hasSize(201)
        .contains("left out: f10000: a job has at most 10000 attributes")
        .last()
        .isEqualTo("left out: 300 more");
  }

  @Test
  void mixedShapes_areLeftOut_withTheReason() throws TopicGuessException {
    Samples samples = new Samples("mixed");
    for (int i = 0; i < 60; i++) {
      samples.add(
          null,
          String.format(
              Locale.ROOT,
              "{\"class\": \"%s\", \"x\": %.1f, \"v\": %s, \"list\": [%s], \"code\": \"%s\", \"n\": %s}",
              i % 2,
              i / 3.0,
              i % 2 == 0 ? "{\"deep\": " + i + "}" : "\"flat " + i % 3 + "\"",
              i % 3 == 0 ? "1" : "1, 2",
              "0" + i % 9,
              i % 3 == 0 ? "\"word" + i + "\"" : i));
    }

    TopicAnswer answer = guess(samples);

    assertThat(answer.options().schema().attributes())
        .extracting(AttributeOption::name)
        .contains("x", "code")
        .doesNotContain("list.0", "n");
    assertThat(answer.options().schema().attributes())
        .filteredOn(attribute -> attribute.name().equals("code"))
        .singleElement()
        .satisfies(code -> assertThat(code.values()).hasSize(9).contains("01"));
    assertThat(String.join("\n", answer.comments().get("schema.attributes")))
        .contains("left out: list: a list", "left out: n: numbers and words");
    assertThat(answer.comments().get("input.event.id"))
        .containsExactly(
            "no field holds a different id in each record: topic, partition and offset");
  }

  @Test
  void secretsOfTheBroker_areNotWritten_referencesAre() throws TopicGuessException {
    Map<String, String> properties =
        Map.of(
            "sasl.jaas.config",
            "PlainLoginModule required username=me password=s3cr3t;",
            "ssl.key.password",
            "${env:KEY}",
            "security.protocol",
            "SASL_SSL");

    TopicAnswer answer =
        TopicGuess.of(
            Samples.question("paid", null, properties, null), orders(300, true).sample(), null);

    assertThat(answer.options().kafka().properties())
        .containsOnly(
            Map.entry("ssl.key.password", "${env:KEY}"),
            Map.entry("security.protocol", "SASL_SSL"));
    assertThat(answer.comments().get("kafka.properties"))
        .containsExactly(
            "sasl.jaas.config is left out, because it holds a secret: write ${env:NAME} or"
                + " ${file:PATH:KEY}");
    assertThat(answer.notes())
        .contains(
            "warning: kafka.properties.sasl.jaas.config holds a secret, and is left out of what is"
                + " written");
    assertThat(answer.comments().toString() + answer.notes()).doesNotContain("s3cr3t");
  }

  @Test
  void aRegistryThatWantsALogin_getsIt_andTheSecretIsNotWritten(@TempDir Path folder)
      throws Exception {
    try (SchemaRegistry registry = SchemaRegistry.start()) {
      registry.require("me:s3cr3t");
      TopicSample readings = readings(registry);

      TopicAnswer literal = guess(readings, registry, Map.of(USER_INFO, "me:s3cr3t"));
      assertThat(literal.options().input().registry())
          .isEqualTo(new RegistryOptions(registry.url(), Map.of()));
      assertThat(literal.comments().get("input.registry.properties"))
          .singleElement()
          .asString()
          .startsWith(USER_INFO + " is left out");
      assertThat(literal.notes())
          .anyMatch(note -> note.matches("input: (\\d+) of \\1 sampled records.* fit"));

      Path file = Files.writeString(folder.resolve("secrets"), "registry=me:s3cr3t\n");
      Map<String, String> reference = Map.of(USER_INFO, "${file:%s:registry}".formatted(file));
      assertThat(guess(readings, registry, reference).options().input().registry())
          .isEqualTo(new RegistryOptions(registry.url(), reference));

      assertThatThrownBy(() -> guess(readings, registry, Map.of()))
          .hasMessageContaining("input.registry.properties");
    }
  }

  private static TopicAnswer guess(
      TopicSample sample, SchemaRegistry registry, Map<String, String> properties)
      throws TopicGuessException {
    RegistryOptions options = new RegistryOptions(registry.url(), properties);
    return TopicGuess.of(Samples.question("alarm", null, Map.of(), options), sample, null);
  }

  private static TopicSample readings(SchemaRegistry registry) throws IOException {
    Schema schema =
        SchemaBuilder.record("Reading")
            .fields()
            .requiredDouble("heat")
            .requiredString("alarm")
            .endRecord();
    Samples samples = new Samples("readings");
    for (int i = 0; i < 120; i++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(registry.header(schema));
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      encoder.writeDouble(i / 3.0);
      encoder.writeString(i % 2 == 0 ? "on" : "off");
      samples.add("plant".getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
    }
    return samples.sample();
  }
}
