// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.models.Fleet;
import io.driftmoe.router.models.FleetLimits;
import io.driftmoe.router.models.FleetPrediction;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fleets between a real broker and a real cluster, both in this JVM. */
class FleetIT {
  private static final List<String> KEYS = List.of("lyon/a", "paris/a", "lyon/b");
  private static final int BEFORE = 120;
  private static final int COUNT = 300;

  @TempDir Path folder;

  /**
   * Started again from its savepoint with two subtasks, each fleet goes on as a whole; without
   * fleets, or with others, the job does not begin.
   */
  @Test
  void aJobWithFleetsPredictsWhatTheLibraryDoes_alsoAfterRescaling() throws Exception {
    List<LabeledExample> examples = Events.examples(COUNT);
    try (Broker broker = new Broker(folder)) {
      JobOptions one = options(broker, "learner.fleet", "prefix", "job.parallelism", "1");
      try (JobTopics topics = new JobTopics(one)) {
        topics.create(1, (short) 1);
      }
      JobClient first = new SavedJobs(folder).start(one, null);
      send(broker, one, examples, 0, BEFORE);
      awaitPredictions(broker, one, KEYS.size() * BEFORE);
      String savepoint = new SavedJobs(folder).stop(first);

      JobOptions two = options(broker, "learner.fleet", "prefix", "job.parallelism", "2");
      JobClient second = new SavedJobs(folder).start(two, savepoint);
      send(broker, two, examples, BEFORE, COUNT);
      awaitPredictions(broker, two, KEYS.size() * COUNT);
      String last = new SavedJobs(folder).stop(second);
      assertSameAsTheLibrary(
          two, examples, broker.committed(two.topics().predictions(), PredictionEvent.class));

      for (JobOptions other : List.of(options(broker), options(broker, "learner.fleet", "all"))) {
        Configuration recovery = new Configuration();
        ResumedState.set(recovery, other, last);
        assertThatThrownBy(() -> RestoreCheck.requireReadable(other, recovery))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("learner.fleet is ")
            .hasMessageContaining("a prefix up to '/' in the saved model");
      }
    }
  }

  private static void assertSameAsTheLibrary(
      JobOptions options, List<LabeledExample> examples, List<PredictionEvent> predictions) {
    Map<String, Fleet> fleets = new HashMap<>();
    Map<String, List<Double>> expected = new HashMap<>();
    for (int i = 0; i < COUNT; i++) {
      for (String key : KEYS) {
        Fleet fleet =
            fleets.computeIfAbsent(
                key.substring(0, key.indexOf('/')),
                name ->
                    Fleet.create(
                        Events.SCHEMA,
                        options.learner().mixture(),
                        options.learner().seed(),
                        FleetLimits.defaults()));
        FleetPrediction prediction = fleet.predict(key, examples.get(i).features());
        List<Double> probabilities = new ArrayList<>();
        for (double probability : prediction.probabilities()) {
          probabilities.add(probability);
        }
        expected.put(key + " " + i, probabilities);
        fleet.learn(prediction, examples.get(i).label());
      }
    }
    assertThat(predictions).hasSize(KEYS.size() * COUNT);
    for (PredictionEvent prediction : predictions) {
      assertThat(prediction.getProbabilities())
          .isEqualTo(expected.remove(prediction.getModelKey() + " " + prediction.getEventId()));
    }
    assertThat(expected).isEmpty(); // each event was predicted once
  }

  private static JobOptions options(Broker broker, String... keysAndValues) {
    Map<String, String> keys = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("job.checkpoint-interval", "500 ms");
    return Events.options(keys);
  }

  private static void send(
      Broker broker, JobOptions options, List<LabeledExample> examples, int from, int to) {
    for (int i = from; i < to; i++) {
      for (String key : KEYS) {
        broker.send(
            options.topics().features(),
            key.getBytes(StandardCharsets.UTF_8),
            Events.FEATURE_EVENTS.encode(Events.wireFeatures(key, i, examples.get(i), true)));
      }
    }
    broker.flush();
  }

  private static void awaitPredictions(Broker broker, JobOptions options, int count) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.committed(options.topics().predictions(), PredictionEvent.class).size()
                    >= count);
  }
}
