// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statement of the example script, stopped with a savepoint and started from it. */
class SqlRestoreIT {
  private static final int EVENTS = 400;
  private static final int DELAY = 20;

  /** Orders of a shop that wait for the watermark, which is 5 s behind; at most. */
  private static final int WAITING = 8;

  private static final Path SCRIPT = Path.of("../examples/sql/orders.sql");

  private final Map<String, List<LabeledExample>> examples =
      Map.of("north", Prices.examples(EVENTS, 5), "south", Prices.examples(EVENTS, 6));

  @TempDir private Path folder;

  @Test
  void savepoint_goesOnBitForBit_withAnotherParallelism() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      Topics topics = new Topics(kafka.bootstrap());
      topics.create("orders", "outcomes", "results", "scored");
      topics.produce(examples, 0, EVENTS / 2, DELAY);

      String endless = Files.readString(SCRIPT).replaceAll("'scan.bounded.mode'.*\n", "");
      JobClient first = start(environment(2, null), endless, kafka.bootstrap());
      // some still wait for the watermark, and others for their labels
      await(topics, EVENTS / 2);
      String savepoint = stop(first, false);
      int before = topics.read("results").size();
      topics.produce(examples, EVENTS / 2, EVENTS, DELAY);
      JobClient second = start(environment(1, savepoint), endless, kafka.bootstrap());
      await(topics, 2 * (EVENTS - WAITING));
      stop(second, true); // with what waits for the watermark

      assertThat(before).isLessThan(2 * EVENTS);
      Results.requireSame(
          topics.read("results").stream()
              .filter(result -> result.path("kind").asText().equals("PREDICTION"))
              .toList(),
          examples,
          DELAY);
    }
  }

  private static void await(Topics topics, int results) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> topics.read("results").size() >= results);
  }

  private String stop(JobClient job, boolean drain) throws Exception {
    return job.stopWithSavepoint(
            drain, folder.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
        .get(1, TimeUnit.MINUTES);
  }

  private static TableEnvironment environment(int parallelism, String savepoint) {
    Configuration settings = new Configuration();
    settings.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    if (savepoint != null) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    return TableEnvironment.create(
        EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(settings).build());
  }

  /** Runs the statements of the script up to the first INSERT. */
  private static JobClient start(TableEnvironment tables, String script, String bootstrap) {
    for (String statement :
        script.replaceAll("(?m)--.*$", "").replace("localhost:9092", bootstrap).split(";\\s*\n")) {
      String text = statement.strip();
      if (text.startsWith("INSERT")) {
        return tables.executeSql(text).getJobClient().orElseThrow();
      }
      if (!text.startsWith("SET")) { // for the client
        tables.executeSql(text);
      }
    }
    throw new AssertionError("the script has no INSERT");
  }
}
