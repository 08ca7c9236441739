// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.local.CommandSender;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a job between a real broker and a real cluster, both in this JVM. */
class ControlIT {
  private static final List<LabeledExample> EXAMPLES = Events.examples(800);
  private static final List<String> KEYS = List.of("a", "b", "c");

  @TempDir Path folder;

  private int sent;

  /**
   * Each command has one answer; what it did lasts over a savepoint and another parallelism, and so
   * do branches.
   */
  @Test
  void commandsAreAnswered_andHoldOverASavepointAndRescaling() throws Exception {
    try (Broker broker = new Broker(folder)) {
      JobOptions options = options(broker, Map.of("job.parallelism", "2"));
      createTopics(options);
      JobClient first = new SavedJobs(folder).start(options, null);
      send(broker, options, 100);
      awaitPredictions(broker, options);
      DriftEvent answer = command(options, "1", ControlCommand.FREEZE, null, "");
      assertThat(answer.getKind()).isEqualTo(DriftKind.FREEZE);
      assertThat(answer.getModels()).isEqualTo(3);
      send(broker, options, 50);
      awaitPredictions(broker, options);
      String savepoint = new SavedJobs(folder).stop(first);

      JobOptions one = options(broker, Map.of("job.parallelism", "1"));
      JobClient second = new SavedJobs(folder).start(one, savepoint);
      send(broker, one, 50);
      awaitPredictions(broker, one);
      assertThat(command(one, "1", ControlCommand.THAW, "a", null).getDescription())
          .contains("commandId '1' came before");
      assertThat(command(one, "2", ControlCommand.THAW, "b", null).getKind())
          .isEqualTo(DriftKind.THAW);
      assertThat(command(one, "3", ControlCommand.RESET, "c", null).getModelVersion())
          .isEqualTo(100);
      assertThat(command(one, "4", ControlCommand.SNAPSHOT, null, "").getKind())
          .isEqualTo(DriftKind.REFUSE);
      send(broker, one, 21);
      awaitPredictions(broker, one);
      awaitLabelsOfTheBranch(broker, "a", 221);
      awaitLabelsOfTheBranch(broker, "c", 21); // it began anew with its model
      String last = new SavedJobs(folder).stop(second);

      JobOptions without =
          options(broker, Map.of("topics.control", "null", "learner.branches", "null"));
      JobClient third =
          new SavedJobs(folder).start(without, last); // without the source of the commands
      send(broker, without, 11);
      awaitPredictions(broker, without);
      new SavedJobs(folder).stop(third);

      assertThat(latestVersion(broker, "a")).isEqualTo(100 + 10);
      assertThat(latestVersion(broker, "b")).isEqualTo(100 + 21 + 10);
      assertThat(latestVersion(broker, "c")).isEqualTo(10);
      assertThat(broker.committed("driftmoe.drift-events", DriftEvent.class))
          .filteredOn(event -> event.getKind() == DriftKind.DROP_BRANCH)
          .extracting(DriftEvent::getModelKey)
          .containsExactlyInAnyOrderElementsOf(KEYS);
      List<PredictionEvent> predictions =
          broker.committed(options.topics().predictions(), PredictionEvent.class);
      assertThat(predictions.stream().map(p -> p.getModelKey() + " " + p.getEventId()))
          .hasSize(3 * sent)
          .doesNotHaveDuplicates();
    }
  }

  private static DriftEvent command(
      JobOptions options, String id, ControlCommand command, String key, String prefix)
      throws Exception {
    try (CommandSender sender = new CommandSender(options)) {
      sender.send(new ControlEvent(id, command, key, prefix, System.currentTimeMillis(), "", ""));
      return sender.answer(Duration.ofSeconds(60)).orElseThrow();
    }
  }

  /** It has counted every label once, and lost none over the savepoint. */
  private static void awaitLabelsOfTheBranch(Broker broker, String key, long labels) {
    WaitLimit.seconds(60)
        .until(
            () ->
                broker.committed("driftmoe.metrics", MetricsEvent.class).stream()
                    .filter(report -> report.getModelKey().equals(key))
                    .flatMap(report -> report.getBranches().stream())
                    .anyMatch(
                        branch -> branch.getLabels() == labels && branch.getCompared() == labels));
  }

  private static long latestVersion(Broker broker, String key) throws Exception {
    return broker.committed("driftmoe.predictions", PredictionEvent.class).stream()
        .filter(prediction -> prediction.getModelKey().equals(key))
        .reduce((one, later) -> later)
        .orElseThrow()
        .getModelVersion();
  }

  private static JobOptions options(Broker broker, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("job.checkpoint-interval", "500 ms");
    keys.put("learner.preset", "paper-data");
    keys.putIfAbsent("topics.control", "driftmoe.control");
    keys.putIfAbsent("learner.branches", "{b: {settings: {seed: 2}, warm-up: 0}}");
    return Events.options(keys);
  }

  private static void createTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(2, (short) 1);
    }
  }

  /** So many more events of each key. */
  private void send(Broker broker, JobOptions options, int count) {
    for (int i = sent; i < sent + count; i++) {
      for (String key : KEYS) {
        broker.send(
            options.topics().features(),
            key.getBytes(StandardCharsets.UTF_8),
            Events.FEATURE_EVENTS.encode(Events.wireFeatures(key, i, EXAMPLES.get(i), true)));
      }
    }
    broker.flush();
    sent += count;
  }

  private void awaitPredictions(Broker broker, JobOptions options) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.committed(options.topics().predictions(), PredictionEvent.class).size()
                    >= 3 * sent);
  }
}
