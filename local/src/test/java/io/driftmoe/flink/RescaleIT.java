// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that goes on with another number of subtasks gives what it would have given without. */
@Tag("slow")
class RescaleIT {
  private static final int SECONDS = 160;
  private static final Map<String, String> LEARNER =
      Map.of(
          "learner.preset", "paper-data",
          "learner.pool", "[naive-bayes, {type: hoeffding-tree, grace-period: 20}, no-change]",
          "learner.combination", "soft",
          "learner.gates", "[{type: mlp-nll, hidden: [8], batch-size: 4}, fixed-share]");

  @TempDir static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  private static Map<String, String> with(int parallelism, int maxParallelism) {
    Map<String, String> keys = new HashMap<>(LEARNER);
    keys.put("job.parallelism", Integer.toString(parallelism));
    keys.put("job.max-parallelism", Integer.toString(maxParallelism));
    return keys;
  }

  @Test
  void oneTwoFourOne_withWaitingPredictions_costsNothing() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 4, SECONDS);
    List<Integer> subtasks = List.of(1, 2, 4, 1);
    stream.createTopics(stream.options("scaled", with(1, 16)));
    String savepoint = null;
    int part = SECONDS / subtasks.size();
    for (int i = 0; i < subtasks.size(); i++) {
      JobOptions options = stream.options("scaled", with(subtasks.get(i), 16));
      JobClient job = stream.start(options, savepoint);
      stream.send(options, i * part, (i + 1) * part);
      stream.awaitPredictions(options, 0, (i + 1) * part);
      savepoint = stream.stop(job, i == subtasks.size() - 1);
    }
    JobOptions options = stream.options("scaled", with(1, 16));
    stream.assertPredictionsOfTheLibrary(options);
    assertThat(broker.committed(options.topics().deadLetters(), DeadLetter.class))
        .as("predictions without a label at the end, and nothing else")
        .isNotEmpty()
        .extracting(DeadLetter::getKind)
        .containsOnly(DeadLetterKind.EXPIRED_PREDICTION);
  }

  @Test
  void anotherNumberOfKeyGroups_isRefusedByName() throws Exception {
    KeyedStream stream = new KeyedStream(broker, folder, 1, 20);
    JobOptions options = stream.options("groups", with(1, 16));
    stream.createTopics(options);
    JobClient first = stream.start(options, null);
    stream.send(options, 0, 20);
    stream.awaitPredictions(options, 0, 20);
    String savepoint = stream.stop(first, false);

    assertThatThrownBy(
            () -> {
              JobClient second = stream.start(stream.options("groups", with(1, 32)), savepoint);
              WaitLimit.seconds(60).get(second.getJobExecutionResult());
            })
        .hasStackTraceContaining("max parallelism");
  }
}
