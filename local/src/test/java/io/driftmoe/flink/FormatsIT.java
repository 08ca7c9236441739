// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same stream in three formats gives the same predictions, through Kafka and Flink. */
class FormatsIT {
  private static final int EVENTS = 1_500;

  /** Events until the label of one comes. */
  private static final int DELAY = 40;

  private static final String READING =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "device", "type": ["null", {"type": "record", "name": "Device", "fields": [
          {"name": "id", "type": "string"}, {"name": "run", "type": "long"}]}]},
        {"name": "values", "type": {"type": "map", "values": ["null", "double"]}},
        {"name": "day", "type": {"type": "enum", "name": "Day", "symbols": ["mon", "tue", "wed"]}}]}
      """;

  /** Written by a newer producer, with its fields in another order. */
  private static final String NEWER =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "note", "type": ["null", "string"], "default": null},
        {"name": "day", "type": ["null", "string"]},
        {"name": "values", "type": {"type": "map", "values": ["null", "float", "double"]}},
        {"name": "device", "type": {"type": "record", "name": "Device", "fields": [
          {"name": "run", "type": "int"}, {"name": "id", "type": "string"}]}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
      """;

  private static final String OUTCOME =
      """
      {"type": "record", "name": "Outcome", "namespace": "plant", "fields": [
        {"name": "device", "type": "string"}, {"name": "run", "type": "long"},
        {"name": "outcome", "type": ["null", "string"]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}
      """;

  private static final List<LabeledExample> EXAMPLES = Events.examples(EVENTS);

  @TempDir static Path folder;
  private static Broker broker;
  private static MiniCluster cluster;
  private static SmallRegistry registry;

  private final Map<String, Long> sent = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker(folder);
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(new Configuration())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(3)
                .build());
    cluster.start();
    registry = new SmallRegistry();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    broker.close();
    registry.close();
  }

  @Test
  void predictionsAreTheSameBitForBit() throws Exception {
    JobOptions own = options("own", Map.of());
    JobOptions json =
        options(
            "json",
            Map.of(
                "input.format", "json",
                "schema.attributes",
                    "[{name: price, field: /values/0/price}, {name: day, values: [mon, tue, wed]},"
                        + " {name: demand, field: /values/1/demand}]",
                "input.event", "{model-key: device, id: run, time: at, time-format: iso}",
                "input.labels",
                    "{model-key: /of/device, id: /of/run, time: known, time-format: s, label: is}",
                "input.missing", "[NA]"));
    JobOptions confluent =
        options(
            "confluent",
            Map.of(
                "input.format", "avro-confluent",
                "input.registry", "{url: '%s'}".formatted(registry.url()),
                "schema.attributes",
                    "[{name: price, field: /values/price}, {name: day, values: [mon, tue, wed]},"
                        + " {name: demand, field: /values/demand}]",
                "input.event", "{model-key: /device/id, id: /device/run, time: at}",
                "input.labels",
                    "{model-key: device, id: run, time: at, label: outcome, changelog: true}"));
    List<JobOptions> all = List.of(own, json, confluent);
    for (JobOptions options : all) {
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(1, (short) 1);
      }
    }
    sendOwn(own.topics());
    sendJson(json.topics());
    sendConfluent(confluent.topics());
    broker.flush();
    List<JobClient> jobs = new ArrayList<>();
    for (JobOptions options : all) {
      StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 1);
      MixtureJob.build(environment, options, ends(options));
      jobs.add(environment.executeAsync());
    }
    for (JobClient job : jobs) {
      WaitLimit.seconds(90).get(job.getJobExecutionResult());
    }

    Map<String, String> expected = predictions(own);
    assertThat(expected).hasSize(EVENTS);
    assertThat(predictions(json)).isEqualTo(expected);
    assertThat(predictions(confluent)).isEqualTo(expected);
    assertThat(reasons(own)).isEmpty();
    assertThat(reasons(json))
        .hasSize(2)
        .contains("attribute 'price' (/values/0/price) is numeric and needs a number, got '1,5'")
        .anyMatch(reason -> reason.startsWith("malformed JSON: Unrecognized token 'oops'"));
    assertThat(reasons(confluent)).containsExactly("schema id 99 is not known to the registry");
  }

  private static JobOptions options(String name, Map<String, String> formats) {
    Map<String, String> keys = new HashMap<>(formats);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("kafka.group-id", name);
    keys.put("job.name", name);
    keys.put("job.checkpoint-interval", "500 ms");
    keys.put("learner.preset", "paper-data");
    keys.put("input.order", "event-time");
    for (String role :
        List.of("features", "labels", "predictions", "drift-events", "metrics", "dead-letters")) {
      keys.put("topics." + role, name + "." + role);
    }
    return Events.options(keys);
  }

  private static String key(int i) {
    return "device-" + i % 3;
  }

  private static long time(int i) {
    return 1_700_000_000_000L + 1_000L * i;
  }

  private static String day(LabeledExample example) {
    return Events.SCHEMA.attributes().get(1).values().get((int) example.features().get(1));
  }

  private static String label(int i) {
    return Events.SCHEMA.labels().name(EXAMPLES.get(i).label());
  }

  private void send(String topic, String key, byte[] value) {
    sent.merge(topic, 1L, Long::sum);
    broker.send(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private Map<TopicPartition, Long> ends(JobOptions options) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (String topic : List.of(options.topics().features(), options.topics().labels())) {
      ends.put(new TopicPartition(topic, 0), sent.get(topic));
    }
    return ends;
  }

  private void sendOwn(JobOptions.Topics topics) {
    for (int i = 0; i < EVENTS; i++) {
      LabeledExample example = EXAMPLES.get(i);
      FeatureEvent event =
          new FeatureEvent(
              key(i), "" + i, time(i), Events.FEATURES.toWire(example.features()), null);
      send(topics.features(), key(i), Events.FEATURE_EVENTS.encode(event));
      LabelEvent label = new LabelEvent(key(i), "" + i, label(i), time(i + DELAY));
      send(topics.labels(), key(i), Events.LABEL_EVENTS.encode(label));
    }
  }

  private void sendJson(JobOptions.Topics topics) {
    Random random = new Random(1);
    for (int i = 0; i < EVENTS; i++) {
      LabeledExample example = EXAMPLES.get(i);
      double demand = example.features().get(2);
      List<String> fields =
          Arrays.asList(
              "\"run\": " + i,
              "\"device\":\"%s\"".formatted(key(i)),
              "\"day\" :\"%s\"".formatted(day(example)),
              "\"at\":\"%s\"".formatted(Instant.ofEpochMilli(time(i))),
              "\"other\": [{\"day\": [\"x\"]}, null, 1e3]",
              "\"values\": [{\"price\": %s}, {\"demand\": %s}]"
                  .formatted(
                      example.features().get(0),
                      Double.isNaN(demand)
                          ? i % 2 == 0 ? "\"NA\"" : "null"
                          : i % 5 == 0 ? "\"" + demand + "\"" : "" + demand));
      Collections.shuffle(fields, random);
      sendJson(topics.features(), i, "{" + String.join(",", fields) + "}");
      sendJson(
          topics.labels(),
          i,
          "{\"known\": %s, \"of\": {\"run\": \"%s\", \"device\": \"%s\"}, \"is\": \"%s\"}"
              .formatted(time(i + DELAY) / 1_000, i, key(i), label(i)));
      if (i == 700) {
        sendJson(topics.features(), i, "oops");
        sendJson(
            topics.features(),
            i,
            "{\"run\":\"bad\",\"device\":\"d\",\"at\":\"%s\",\"values\":[{\"price\":\"1,5\"}]}"
                .formatted(Instant.ofEpochMilli(time(i))));
      }
    }
  }

  private void sendJson(String topic, int i, String json) {
    send(topic, key(i), json.getBytes(StandardCharsets.UTF_8));
  }

  private void sendConfluent(JobOptions.Topics topics) throws IOException {
    Schema first = new Schema.Parser().parse(READING);
    Schema newer = new Schema.Parser().parse(NEWER);
    Schema outcome = new Schema.Parser().parse(OUTCOME);
    int firstId = registry.add("readings-value", READING);
    int newerId = registry.add("readings-value", NEWER);
    int outcomeId = registry.add("outcomes-value", OUTCOME);
    for (int i = 0; i < EVENTS; i++) {
      boolean old = i < EVENTS / 2 || i % 2 == 0;
      byte[] event = old ? reading(first, i, 1_000) : reading(newer, i, 1);
      send(topics.features(), key(i), SmallRegistry.framed(old ? firstId : newerId, event));
      if (i == 900) {
        send(topics.features(), key(i), SmallRegistry.framed(99, event));
      }
      if (i % 7 == 0) {
        send(topics.labels(), key(i), null);
        send(topics.labels(), key(i), outcome(outcome, outcomeId, i, null));
      }
      byte[] label = outcome(outcome, outcomeId, i, label(i));
      send(topics.labels(), key(i), label);
      if (i % 11 == 0) {
        send(topics.labels(), key(i), label);
      }
    }
  }

  private static byte[] reading(Schema schema, int i, long factor) throws IOException {
    LabeledExample example = EXAMPLES.get(i);
    Schema device = schema.getField("device").schema();
    GenericRecord of = new GenericData.Record(device.isUnion() ? device.getTypes().get(1) : device);
    of.put("id", key(i));
    if (factor == 1) {
      of.put("run", i);
    } else {
      of.put("run", (long) i);
    }
    GenericRecord record = new GenericData.Record(schema);
    record.put("device", of);
    record.put("at", time(i) * factor);
    Map<String, Object> values = new HashMap<>();
    values.put("price", example.features().get(0));
    values.put("demand", example.features().isMissing(2) ? null : example.features().get(2));
    values.put("other", 1.0);
    record.put("values", values);
    Schema day = schema.getField("day").schema();
    record.put("day", day.isUnion() ? day(example) : new GenericData.EnumSymbol(day, day(example)));
    return encode(record);
  }

  private static byte[] outcome(Schema schema, int id, int i, String label) throws IOException {
    GenericRecord record = new GenericData.Record(schema);
    record.put("device", key(i));
    record.put("run", (long) i);
    record.put("outcome", label);
    record.put("at", time(i + DELAY));
    return SmallRegistry.framed(id, encode(record));
  }

  private static byte[] encode(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** By model key and event id: version of the model and all bits of the probabilities. */
  private static Map<String, String> predictions(JobOptions options) throws Exception {
    Map<String, String> found = new TreeMap<>();
    for (PredictionEvent event :
        broker.committed(options.topics().predictions(), PredictionEvent.class)) {
      String before =
          found.put(
              event.getModelKey() + " " + event.getEventId(),
              event.getModelVersion() + " " + event.getProbabilities());
      assertThat(before).isNull();
    }
    return found;
  }

  private static List<String> reasons(JobOptions options) throws Exception {
    return broker.committed(options.topics().deadLetters(), DeadLetter.class).stream()
        .map(DeadLetter::getReason)
        .toList();
  }
}
