// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.local.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics as others have them, from {@code job --init --topic} to predictions: the commands of the
 * README, one after the other, on one broker, while half of the records come only when the job has
 * begun to predict.
 */
class AnyTopicIT {
  private static final int EVENTS = 800;
  private static final int HALF = EVENTS / 2;
  private static final String[] CHANNELS = {"web", "shop", "phone"};

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(folder);
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrap(),
                "compression.type",
                "zstd",
                "enable.idempotence", // KAFKA-15591: topics are made a moment before
                false),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() throws IOException {
    producer.close();
    kafka.close();
  }

  private static void createTopics(String... names) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      admin
          .createTopics(Arrays.stream(names).map(name -> new NewTopic(name, 3, (short) 1)).toList())
          .all()
          .get();
    }
  }

  private static void send(String topic, String key, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private static String id(int event) {
    return new UUID(7, event).toString();
  }

  /** An order: its class depends on the total. */
  private record Order(int number, double total, int items, String channel, boolean gift) {
    static Order draw(Random random, int number) {
      return new Order(
          number,
          random.nextInt(10_000) / 100.0,
          1 + random.nextInt(9),
          CHANNELS[random.nextInt(3)],
          random.nextBoolean());
    }

    String outcome() {
      return total > 50 ? "returned" : "kept";
    }

    String customer() {
      return "customer-" + number % 5;
    }

    byte[] json(Random random, long now) {
      List<String> fields = new ArrayList<>();
      fields.add("\"order_id\": \"%s\"".formatted(id(number)));
      fields.add("\"ts\": " + now);
      fields.add(
          String.format(Locale.ROOT, "\"basket\": {\"items\": %d, \"total\": %.2f}", items, total));
      fields.add("\"channel\": \"%s\"".formatted(channel));
      fields.add("\"gift\": " + gift);
      fields.add("\"note\": \"words of customer %s\"".formatted(number));
      Collections.shuffle(fields, random);
      return ("{" + String.join(", ", fields) + "}").getBytes(StandardCharsets.UTF_8);
    }
  }

  /** What several jobs on one broker, and a test that cannot wait, need beside the README. */
  private static Path init(FiveCommands commands, String name) throws IOException {
    return commands.init(
        "--bootstrap",
        kafka.bootstrap(),
        "-Djob.name=" + name,
        "-Djob.checkpoint-interval=200 ms",
        "-Djob.metrics-interval=300 ms",
        "-Djob.state-dir=" + folder.resolve("state"),
        "-Dkafka.group-id=" + name,
        "-Dtopics.predictions=" + name + ".predictions",
        "-Dtopics.drift-events=" + name + ".drift-events",
        "-Dtopics.metrics=" + name + ".metrics",
        "-Dtopics.dead-letters=" + name + ".dead-letters",
        "-Dlearner.preset=paper-data"); // computes least
  }

  private static List<JsonNode> consume(Path config, String topic) throws IOException {
    return records(driftmoe("consume", "--config", config.toString(), "--topic", topic));
  }

  private static List<JsonNode> records(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> records = new ArrayList<>();
    for (String line : run.outLines()) {
      records.add(new ObjectMapper().readTree(line));
    }
    return records;
  }

  /** How many labels have met their predictions. */
  private static long learned(Path config) throws IOException {
    return consume(config, "metrics").stream()
        .map(metrics -> metrics.path("value"))
        .collect(
            Collectors.toMap(
                metrics -> metrics.path("modelKey").asText(),
                metrics -> metrics.path("labels").asLong(),
                Math::max))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** The second and third command. */
  private static void prepare(FiveCommands commands) {
    Run topics = commands.topics();
    assertThat(topics.exitCode()).as(topics.err()).isZero();
    Run doctor = commands.doctor();
    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    assertThat(doctor.out())
        .containsPattern("ok +input +%s of %<s sampled records of topic".formatted(HALF));
  }

  private static void assertEachPredictedOnce(
      List<JsonNode> predictions, IntFunction<String> eventId) {
    assertThat(predictions)
        .extracting(prediction -> prediction.path("value").path("eventId").asText())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).mapToObj(eventId).toList());
  }

  private static void sendOrders(List<Order> orders, Random random) {
    long now = System.currentTimeMillis();
    for (Order order : orders) {
      send("orders", order.customer(), order.json(random, now + order.number() % HALF));
    }
    producer.flush();
  }

  private static void sendOutcomes(List<Order> orders) {
    long now = System.currentTimeMillis();
    for (Order order : orders) {
      send(
          "outcomes",
          order.customer(),
          "{\"outcome\": \"%s\", \"order\": \"%s\", \"known_at\": %s}"
              .formatted(order.outcome(), id(order.number()), now + 500 + order.number() % HALF)
              .getBytes(StandardCharsets.UTF_8));
    }
    producer.flush();
  }

  @Test
  void json_fieldsInAnyOrder_lateLabelsOnAnotherTopic_fiveCommands() throws Exception {
    createTopics("orders", "outcomes");
    Random random = new Random(1);
    List<Order> orders =
        IntStream.range(0, EVENTS).mapToObj(number -> Order.draw(random, number)).toList();
    List<Order> before = orders.subList(0, HALF);
    List<Order> after = orders.subList(HALF, EVENTS);
    FiveCommands commands = FiveCommands.ofJson(folder.resolve("orders"));
    sendOrders(before, random);
    sendOutcomes(before);

    Path config = init(commands, "orders-job");
    prepare(commands);
    try (JobOnThread job = commands.job()) {
      job.await("a prediction", () -> !records(commands.consume()).isEmpty());
      sendOrders(after, random);
      job.await(
          "predictions that wait for their labels",
          () -> records(commands.consume()).size() >= EVENTS && learned(config) == HALF);
      sendOutcomes(after);
      job.await("the other labels", () -> learned(config) >= EVENTS);
      job.end();
      assertThat(job.said()).contains("input: 400 of 400 sampled records of topic orders fit");
    }
    List<JsonNode> predictions = records(commands.consume());

    assertThat(learned(config)).isEqualTo(EVENTS);
    assertEachPredictedOnce(predictions, AnyTopicIT::id);
    assertThat(Files.readString(config))
        .contains("field: /basket/total", "id: order_id", "time: ts", "time-format: ms")
        .contains("# 400 of 400 ids of labels are among those of the sampled events")
        .contains("# left out: note: text, 400 different texts in 400 records");
    assertThat(predictions)
        .extracting(prediction -> prediction.path("value").path("modelKey").asText())
        .containsOnly("customer-0", "customer-1", "customer-2", "customer-3", "customer-4");
    assertThat(consume(config, "dead-letters")).isEmpty();
    assertRefused(config, "-Dinput.event.id=orderId", "input.event.id: none of 800 sampled");
    Run goesOn = driftmoe("topics", "--check", "--config", config.toString());
    assertThat(goesOn.exitCode()).as(goesOn.err()).isZero();
  }

  /** At start, with the key; whoever goes on from a state is warned only. */
  private static void assertRefused(Path config, String key, String reason) {
    Run refused = driftmoe("job", "--no-ui", "--fresh", "--config", config.toString(), key);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.errLines()).hasSize(1);
    assertThat(refused.err()).contains(reason);
    assertThat(driftmoe("doctor", "--config", config.toString(), key).out())
        .containsPattern("mend +input +" + reason.replace(".", "\\."));
  }

  @Test
  void avroOfARegistry_nestedWithUnionsAndLogicalTypes_fiveCommands() throws Exception {
    createTopics("readings");
    Random random = new Random(2);
    try (SchemaRegistry registry = SchemaRegistry.start()) {
      FiveCommands commands = FiveCommands.ofRegistry(folder.resolve("readings"), registry.url());
      sendReadings(registry, 0, HALF, random);

      Path config = init(commands, "readings-job");
      prepare(commands);
      try (JobOnThread job = commands.job()) {
        job.await("a prediction", () -> !records(commands.consume()).isEmpty());
        sendReadings(registry, HALF, EVENTS, random);
        job.await(
            "all predictions and labels",
            () -> records(commands.consume()).size() >= EVENTS && learned(config) >= EVENTS);
        job.end();
        assertThat(job.said()).contains("input: 400 of 400 sampled records of topic readings fit");
      }

      assertThat(Files.readString(config))
          .contains("format: avro-confluent", "field: /place/height", "label: alarm", "id: id")
          .contains("# a time by its type");
      assertThat(learned(config)).isEqualTo(EVENTS);
      assertEachPredictedOnce(records(commands.consume()), number -> "r-" + number);
      assertThat(consume(config, "dead-letters")).isEmpty();
    }
  }

  private static void sendReadings(SchemaRegistry registry, int from, int to, Random random)
      throws IOException {
    Schema schema = reading();
    long now = System.currentTimeMillis();
    for (int i = from; i < to; i++) {
      double temperature = random.nextGaussian() * 5 + 20;
      GenericRecord where = new GenericData.Record(schema.getField("place").schema());
      where.put("room", "room-" + i % 4);
      where.put("height", i % 3 == 0 ? null : random.nextDouble());
      GenericRecord reading = new GenericData.Record(schema);
      reading.put("id", "r-" + i);
      reading.put("at", now + i % HALF);
      reading.put("place", where);
      reading.put("temperature", temperature);
      reading.put(
          "state",
          new GenericData.EnumSymbol(
              schema.getField("state").schema(), random.nextBoolean() ? "OPEN" : "SHUT"));
      reading.put("alarm", temperature > 20 ? "hot" : "fine");
      send("readings", "plant-" + i % 2, framed(registry, reading));
    }
    producer.flush();
  }

  private static Schema reading() {
    Schema place =
        SchemaBuilder.record("Place")
            .fields()
            .requiredString("room")
            .optionalDouble("height")
            .endRecord();
    return SchemaBuilder.record("Reading")
        .fields()
        .requiredString("id")
        .name("at")
        .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .name("place")
        .type(place)
        .noDefault()
        .requiredDouble("temperature")
        .name("state")
        .type(SchemaBuilder.enumeration("State").symbols("OPEN", "SHUT"))
        .noDefault()
        .optionalString("alarm")
        .endRecord();
  }

  private static byte[] framed(SchemaRegistry registry, GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(registry.header(record.getSchema()));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void topicsThatAreNotThere_orEmpty_areSaid_andNotMade() throws Exception {
    Run missing = driftmoe("job", "--init", "--topic", "nowhere", "--bootstrap", kafka.bootstrap());
    createTopics("silent");
    Run empty = driftmoe("job", "--init", "--topic", "silent", "--bootstrap", kafka.bootstrap());

    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("no topic nowhere at");
    assertThat(empty.exitCode()).isEqualTo(1);
    assertThat(empty.err()).contains("topic silent is empty: send some records first");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      assertThat(admin.listTopics().names().get()).doesNotContain("nowhere");
    }
  }

  @Test
  void inputTopicsOfOthers_areNotCreated_andAnEmptyOneDoesNotHoldUpAJob() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("other.yaml"),
            """
            kafka: {bootstrap: "%s", group-id: other}
            topics:
              features: of-others
              labels: other.labels
              predictions: other.predictions
              drift-events: other.drift-events
              metrics: other.metrics
              dead-letters: other.dead-letters
            schema: {attributes: [{name: x}, {name: y}], classes: [a, b]}
            learner: {preset: paper-data}
            input: {format: json, event: {label: class}}
            job: {name: other, checkpoint-interval: 200 ms, state-dir: "%s"}
            """
                .formatted(kafka.bootstrap(), folder.resolve("state")));

    Run topics = driftmoe("topics", "--config", config.toString());
    Run job = driftmoe("job", "--no-ui", "--config", config.toString());

    assertThat(topics.exitCode()).isEqualTo(1);
    assertThat(topics.err()).contains("of-others: records of others are read from there");
    assertThat(topics.out()).containsPattern("other.predictions +predictions +1 +1 +created");
    assertThat(topics.out()).containsPattern("of-others +features +- +- +missing");
    assertThat(job.exitCode()).isEqualTo(1);
    assertThat(job.err()).contains("no topic of-others", "whoever sends them creates it");

    createTopics("of-others");
    send("of-others", "k", null);
    producer.flush();
    try (JobOnThread running =
        JobOnThread.start(List.of("job", "--no-ui", "--config", config.toString()))) {
      running.await(
          "a look at the topic", () -> running.said().contains("topic of-others holds no record"));
      running.await(
          "a prediction",
          () -> {
            send("of-others", "k", "{\"x\": 1, \"class\": \"a\"}".getBytes(StandardCharsets.UTF_8));
            return !consume(config, "predictions").isEmpty();
          });
      running.end();
    }
    Run next = driftmoe("job", "--no-ui", "--fresh", "--config", config.toString());
    assertThat(next.exitCode()).isEqualTo(1);
    assertThat(next.err()).contains("schema.attributes[1] ('y'): none of", "has the field y");
  }
}
