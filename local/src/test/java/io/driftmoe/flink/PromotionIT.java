// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.CommandSender;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.util.TestStreamEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Switches between models and branches in a job whose TaskManagers die meanwhile. */
class PromotionIT {
  /** There and back, and each with a TaskManager killed. */
  private static final int SWITCHES = 20;

  private static final int BATCH = 20;
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");
  private static final List<LabeledExample> EXAMPLES = Events.examples((SWITCHES + 2) * BATCH);

  /** Labels come so many events later. */
  private static final int LATE = 7;

  @TempDir Path folder;

  private int sent;

  /**
   * A command is sent, events follow at once, and a TaskManager is killed: the switch may be before
   * the kill, after it, or be undone by it.
   */
  @Test
  @SuppressWarnings("try") // MiniCluster.close() declares Exception
  void eachEventHasOnePrediction_andEachSwitchIsMadeOnce() throws Exception {
    try (Broker broker = new Broker(folder);
        MiniCluster cluster = new MiniCluster(cluster())) {
      JobOptions options = options(broker);
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(2, (short) 1);
      }
      cluster.start();
      StreamExecutionEnvironment environment = new TestStreamEnvironment(cluster, 2);
      environment.configure(
          new Configuration()
              .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
              .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10 * SWITCHES)
              .set(
                  RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                  Duration.ofMillis(50)));
      MixtureJob.build(environment, options);
      JobClient job = environment.executeAsync();
      send(broker, options);
      for (int round = 1; round <= SWITCHES; round++) {
        awaitPredictions(broker, options);
        boolean back = round % 2 == 0;
        try (CommandSender sender = new CommandSender(options)) {
          sender.send(
              new ControlEvent(
                  "c" + round,
                  back ? ControlCommand.ROLL_BACK : ControlCommand.PROMOTE,
                  null,
                  "",
                  System.currentTimeMillis(),
                  back ? "" : "other",
                  ""));
          send(broker, options);
          WaitLimit.seconds(30).get(cluster.terminateTaskManager(round - 1));
          cluster.startTaskManager();
          assertThat(sender.answer(Duration.ofSeconds(60)).orElseThrow().getModels())
              .isEqualTo(KEYS.size());
        }
      }
      send(broker, options); // with which each model has taken the last command
      awaitPredictions(broker, options);
      new SavedJobs(folder).stop(job);

      List<PredictionEvent> predictions = predictions(broker, options);
      assertThat(predictions.stream().map(p -> p.getModelKey() + " " + p.getEventId()))
          .hasSize(KEYS.size() * sent)
          .doesNotHaveDuplicates();
      List<DriftEvent> said = broker.committed("driftmoe.drift-events", DriftEvent.class);
      Map<String, Long> switches =
          said.stream()
              .filter(event -> event.getModels() < 0)
              .filter(event -> event.getEventId().startsWith("c"))
              .collect(groupingBy(e -> e.getKind() + " " + e.getModelKey(), counting()));
      Map<String, Long> expected = new HashMap<>();
      for (String key : KEYS) {
        expected.put(DriftKind.PROMOTE + " " + key, SWITCHES / 2L);
        expected.put(DriftKind.ROLL_BACK + " " + key, SWITCHES / 2L);
      }
      assertThat(switches).isEqualTo(expected);
    }
  }

  private static MiniClusterConfiguration cluster() {
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(new Configuration())
        .setNumTaskManagers(2)
        .setNumSlotsPerTaskManager(1)
        .withRandomPorts()
        .build();
  }

  private JobOptions options(Broker broker) {
    return Events.options(
        Map.of(
            "kafka.bootstrap", "'" + broker.bootstrap() + "'",
            "job.parallelism", "2",
            "job.checkpoint-interval", "200 ms",
            "learner.preset", "paper-data",
            "topics.control", "driftmoe.control",
            "learner.branches", "{other: {settings: {seed: 2}, warm-up: 0}}"));
  }

  private static List<PredictionEvent> predictions(Broker broker, JobOptions options)
      throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  private void awaitPredictions(Broker broker, JobOptions options) {
    WaitLimit.seconds(90).until(() -> predictions(broker, options).size() >= KEYS.size() * sent);
  }

  /** More events of each key, and the labels of those that came a little before. */
  private void send(Broker broker, JobOptions options) {
    for (int i = sent; i < sent + BATCH; i++) {
      for (String key : KEYS) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        broker.send(
            options.topics().features(),
            bytes,
            Events.FEATURE_EVENTS.encode(Events.wireFeatures(key, i, EXAMPLES.get(i), false)));
        if (i >= LATE) {
          String label = Events.SCHEMA.labels().name(EXAMPLES.get(i - LATE).label());
          broker.send(
              options.topics().labels(),
              bytes,
              Events.LABEL_EVENTS.encode(
                  new LabelEvent(key, Integer.toString(i - LATE), label, 1_000L * i)));
        }
      }
    }
    broker.flush();
    sent += BATCH;
  }
}
