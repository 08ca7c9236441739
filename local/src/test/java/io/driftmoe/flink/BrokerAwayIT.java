// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A broker goes away for good, while the job has transactions open. */
@Tag("slow")
class BrokerAwayIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  /** The time-outs are a twentieth of those that hold: 40 s for a call, 180 s for a task to end. */
  @Test
  void taskManagerOutlivesIt() throws Exception {
    List<LabeledExample> examples = Events.examples(100);
    Broker broker = new Broker(folder);
    try (SeparateCluster cluster =
        new SeparateCluster(folder, "task.cancellation.timeout: 9000\n")) {
      JobOptions options =
          Events.options(
              Map.of(
                  "kafka.bootstrap", "'" + broker.bootstrap() + "'",
                  "kafka.properties",
                      "{max.block.ms: '%s', delivery.timeout.ms: '3000', request.timeout.ms: '2000'}"
                          .formatted(Integer.getInteger("driftmoe.max-block", 2_000)),
                  "job.checkpoint-interval", "4 s",
                  "job.metrics-interval", "10 ms",
                  "learner.preset", "paper-data"));
      Path config = Files.writeString(folder.resolve("job.yaml"), options.toYaml());
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(1, (short) 1);
      }
      SeparateCluster.Ended run =
          cluster.client(
              "run", "-d", SeparateClusterIT.JAR.toString(), "--config", config.toString());
      assertThat(run.exit()).as(run.output()).isZero();
      for (int i = 0; i < examples.size(); i++) {
        broker.send(
            options.topics().features(),
            "k".getBytes(StandardCharsets.UTF_8),
            Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", i, examples.get(i), true)));
      }
      broker.flush();
      WaitLimit.seconds(60)
          .until(() -> broker.mayHold(options.topics().predictions(), examples.size()));
      broker.close();

      // the first attempt to end the tasks, and one that fails at once since no broker answers
      WaitLimit.seconds(60).until(() -> cluster.restarts() >= 1 || !cluster.taskManagerLives());
      assertThat(cluster.taskManagerLives()).isTrue();
    }
  }
}
