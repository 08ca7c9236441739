// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that more is sent to than it can do, and then less. */
class LoadIT {
  private static final List<LabeledExample> EXAMPLES = Events.examples(2_000);

  /** Sent at once, until the job is seen to be behind. */
  private static final int WAVE = 5_000;

  private static final int MOST_WAVES = 60;

  @TempDir Path folder;

  private int sent;

  @Test
  void itAsksFewerExpertsWhileItIsBehind_andAllAgainAfterwards_andAReplayMakesTheSame()
      throws Exception {
    try (Broker broker = new Broker(folder)) {
      JobOptions options =
          Events.options(
              Map.of(
                  "kafka.bootstrap", "'" + broker.bootstrap() + "'",
                  "job.checkpoint-interval", "500 ms",
                  "load.levels", "3",
                  "load.behind", "20 ms",
                  "load.recovered", "10 ms"));
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(1, (short) 1);
      }
      JobClient job = new SavedJobs(folder).start(options, null);
      send(broker, options, 10);
      awaitPredictions(broker, options, sent);
      for (int wave = 0; wave < MOST_WAVES && latestLevel(broker, options) == 0; wave++) {
        send(broker, options, WAVE);
        awaitPredictions(broker, options, sent - WAVE / 2); // so that some always wait
      }
      assertThat(latestLevel(broker, options)).isPositive();
      awaitPredictions(broker, options, sent);
      WaitLimit.seconds(120)
          .until(
              () -> {
                send(broker, options, 1);
                return latestLevel(broker, options) == 0;
              });
      awaitPredictions(broker, options, sent);
      new SavedJobs(folder).stop(job);

      ReplayResult result =
          JobReplay.run(options, new JobReplay.Scope(null, null, 1, null), compared -> {});
      assertThat(result.differences()).isEmpty();
      assertThat(result.reproduced()).isEqualTo(sent);
    }
  }

  private static List<PredictionEvent> predictions(Broker broker, JobOptions options)
      throws Exception {
    return broker.committed(options.topics().predictions(), PredictionEvent.class);
  }

  private static int latestLevel(Broker broker, JobOptions options) throws Exception {
    List<PredictionEvent> all = predictions(broker, options);
    return all.get(all.size() - 1).getLoadLevel();
  }

  private static void awaitPredictions(Broker broker, JobOptions options, int count) {
    WaitLimit.seconds(90).until(() -> predictions(broker, options).size() >= count);
  }

  private void send(Broker broker, JobOptions options, int count) {
    byte[] key = "k".getBytes(StandardCharsets.UTF_8);
    for (int i = sent; i < sent + count; i++) {
      LabeledExample example = EXAMPLES.get(i % EXAMPLES.size());
      broker.send(
          options.topics().features(),
          key,
          Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", i, example, true)));
    }
    broker.flush();
    sent += count;
  }
}
