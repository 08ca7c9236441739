// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example script, run by Flink's SQL client with the jar for it, on a cluster and a broker; Maven
 * runs this after packaging.
 */
@EnabledIfSystemProperty(named = "driftmoe.sql-jar", matches = ".+")
class SqlClientIT {
  private static final int EVENTS = 500;
  private static final int DELAY = 20;
  private static final int PARTITIONS = 2;
  private static final Path SCRIPT = Path.of("../examples/sql/orders.sql");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<LabeledExample>> examples =
      Map.of("north", Prices.examples(EVENTS, 5), "south", Prices.examples(EVENTS, 6));

  @TempDir private Path folder;

  @Test
  @SuppressWarnings("try") // close() of the cluster may be interrupted
  void script_saysWhatTheLibrarySays() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        MiniCluster cluster = cluster()) {
      cluster.start();
      createTopics(kafka.bootstrap());
      produce(kafka.bootstrap());
      Models.write(
          Files.createDirectory(folder.resolve("models")).resolve("north"),
          "north",
          examples.get("north"));

      run(kafka.bootstrap(), cluster.getRestAddress().get().getPort());

      Map<String, List<JsonNode>> results =
          read(kafka.bootstrap(), "results").stream()
              .collect(Collectors.groupingBy(result -> result.path("kind").asText()));
      requirePredictions(results.get("PREDICTION"));
      assertThat(results.get("DRIFT_EVENT"))
          .anySatisfy(change -> assertThat(change.path("reason").asText()).startsWith("DRIFT"));
      requireScores(read(kafka.bootstrap(), "scored"));
    }
  }

  private static MiniCluster cluster() {
    Configuration settings = new Configuration();
    settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    settings.set(RestOptions.ADDRESS, "127.0.0.1");
    settings.set(RestOptions.PORT, 0);
    settings.set(RestOptions.BIND_PORT, "0");
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(settings)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(PARTITIONS)
            .build());
  }

  private static void createTopics(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(
              Stream.of("orders", "outcomes", "results", "scored")
                  .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  /** Orders a second apart, and the outcome of each so many seconds later. */
  private void produce(String bootstrap) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      examples.forEach(
          (shop, ofShop) -> {
            for (int i = 0; i < EVENTS; i++) {
              LabeledExample example = ofShop.get(i);
              ObjectNode order = record(shop, i).put("placed", time(i));
              order.put("price", example.features().get(0));
              order.put("weekday", Prices.day(example));
              order.put("demand", Prices.demand(example));
              order.put("busy", Prices.open(example));
              producer.send(new ProducerRecord<>("orders", shop, order.toString()));
              ObjectNode outcome = record(shop, i).put("known", time(i + DELAY));
              outcome.put("outcome", Prices.label(example));
              producer.send(new ProducerRecord<>("outcomes", shop, outcome.toString()));
            }
          });
    }
  }

  private static ObjectNode record(String shop, int i) {
    return JSON.createObjectNode().put("shop", shop).put("order_id", i);
  }

  private static String time(int second) {
    return Instant.ofEpochSecond(1_700_000_000L + second).toString();
  }

  private void run(String bootstrap, int restPort) throws Exception {
    Path script = folder.resolve("orders.sql");
    Files.writeString(
        script,
        Files.readString(SCRIPT)
            .replace("localhost:9092", bootstrap)
            .replace("'path' = 'models'", "'path' = '" + folder.resolve("models") + "'"));
    Files.writeString(
        folder.resolve("config.yaml"),
        """
        execution.target: remote
        rest.address: 127.0.0.1
        rest.port: %s
        parallelism.default: %s
        """
            .formatted(restPort, PARTITIONS));
    Path output = folder.resolve("output.txt");
    ProcessBuilder client =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPathOfFlink(),
            "org.apache.flink.table.client.SqlClient",
            "--jar",
            System.getProperty("driftmoe.sql-jar"),
            "--file",
            script.toString());
    client.environment().put("FLINK_CONF_DIR", folder.toString());
    Process process = client.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("the client ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).doesNotContain("[ERROR]");
  }

  /** What a cluster has in its folder lib, with the connector for Kafka, and nothing of ours. */
  private static String classPathOfFlink() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> path.endsWith(".jar") && !path.contains("driftmoe"))
        .filter(path -> !path.matches(".*/(moa|avro|snakeyaml)-\\d.*"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<JsonNode> read(String bootstrap, String topic) throws Exception {
    List<JsonNode> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          Stream.iterate(0, p -> p + 1)
              .limit(PARTITIONS)
              .map(partition -> new TopicPartition(topic, partition))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(JSON.readTree(record.value()));
        }
      }
    }
    return values;
  }

  private void requirePredictions(List<JsonNode> predictions) {
    Map<String, List<Library.Said>> said = new HashMap<>();
    examples.forEach(
        (shop, ofShop) ->
            said.put(shop, Library.said(ofShop, Preset.PAPER_DATA, 7, DELAY)));
    assertThat(predictions).hasSize(2 * EVENTS);
    for (JsonNode prediction : predictions) {
      Library.Said expected =
          said.get(prediction.path("shop").asText()).get(prediction.path("order_id").asInt());
      assertThat(prediction.path("predicted").asText()).isEqualTo(expected.predictedClass());
      assertThat(prediction.path("learned").asLong()).isEqualTo(expected.version());
      expected
          .probabilities()
          .forEach(
              (name, probability) ->
                  assertThat(prediction.path("probabilities").path(name).doubleValue())
                      .isEqualTo(probability));
    }
  }

  /** Each order has an example of the same number in both shops. */
  private void requireScores(List<JsonNode> scores) throws Exception {
    MixtureOfExperts mixture = Models.read(folder.resolve("models/north"));
    Map<Integer, List<Double>> expected = new HashMap<>();
    for (int i = 0; i < EVENTS; i++) {
      List<Double> ofOrder = new ArrayList<>();
      for (List<LabeledExample> ofShop : examples.values()) {
        Library.Said said = Library.said(mixture.predict(ofShop.get(i).features()));
        ofOrder.add(said.probabilities().get(said.predictedClass()));
      }
      expected.put(i, ofOrder);
    }
    assertThat(scores).hasSize(2 * EVENTS);
    for (JsonNode score : scores) {
      assertThat(expected.get(score.path("order_id").asInt()))
          .contains(score.path("probability").doubleValue());
    }
  }
}
