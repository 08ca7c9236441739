// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.router.MixtureOfExperts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example script, run by Flink's SQL client with the jar for it, on a cluster and a broker;
 * Maven runs this after packaging.
 */
@EnabledIfSystemProperty(named = "driftmoe.sql-jar", matches = ".+")
class SqlClientIT {
  private static final int EVENTS = 500;
  private static final int DELAY = 20;
  private static final Path SCRIPT = Path.of("../examples/sql/orders.sql");

  private final Map<String, List<LabeledExample>> examples =
      Map.of("north", Prices.examples(EVENTS, 5), "south", Prices.examples(EVENTS, 6));

  @TempDir private Path folder;

  @Test
  @SuppressWarnings("try") // close() of the cluster may be interrupted
  void script_saysWhatTheLibrarySays() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        MiniCluster cluster = cluster()) {
      cluster.start();
      Topics topics = new Topics(kafka.bootstrap());
      topics.create("orders", "outcomes", "results", "scored");
      topics.produce(examples, 0, EVENTS, DELAY);
      Models.write(
          Files.createDirectory(folder.resolve("models")).resolve("north"),
          "north",
          examples.get("north"));

      run(kafka.bootstrap(), cluster.getRestAddress().get().getPort());

      Map<String, List<JsonNode>> results =
          topics.read("results").stream()
              .collect(Collectors.groupingBy(result -> result.path("kind").asText()));
      Results.requireSame(results.get("PREDICTION"), examples, DELAY);
      assertThat(results.get("DRIFT_EVENT"))
          .anySatisfy(change -> assertThat(change.path("reason").asText()).startsWith("DRIFT"));
      requireScores(topics.read("scored"));
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
            .setNumSlotsPerTaskManager(Topics.PARTITIONS)
            .build());
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
            .formatted(restPort, Topics.PARTITIONS));
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

  private record Score(String predicted, double probability) {}

  /** Each order has an example of the same number in both shops. */
  private void requireScores(List<JsonNode> scores) throws Exception {
    MixtureOfExperts mixture = Models.read(folder.resolve("models/north"));
    Map<Integer, List<Score>> ofOrders =
        scores.stream()
            .collect(
                Collectors.groupingBy(
                    score -> score.path("order_id").asInt(),
                    Collectors.mapping(
                        score ->
                            new Score(
                                score.path("predicted").asText(),
                                score.path("probability").doubleValue()),
                        Collectors.toList())));
    assertThat(ofOrders).hasSize(EVENTS);
    for (int i = 0; i < EVENTS; i++) {
      List<Score> expected = new ArrayList<>();
      for (List<LabeledExample> ofShop : examples.values()) {
        Library.Said said = Library.said(mixture.predict(ofShop.get(i).features()));
        expected.add(
            new Score(said.predictedClass(), said.probabilities().get(said.predictedClass())));
      }
      assertThat(ofOrders.get(i)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
