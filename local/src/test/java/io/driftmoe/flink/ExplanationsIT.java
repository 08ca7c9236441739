// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Attribution;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations between a real broker and a real cluster, both in this JVM. */
class ExplanationsIT {
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);
  private static final int WITHOUT = 900;
  private static final int COUNT = 1_500;
  private static final int AGAIN = 1_700;
  private static final int EVERY = 7;

  @TempDir Path folder;

  /**
   * A job that explains nothing has no topic for it; started again from its savepoint, with
   * explanations on request, it explains what asks, and predicts what it would have predicted;
   * started again without, it goes on.
   */
  @Test
  void aJobBeginsToExplainFromASavepoint_andPredictsTheSameBits() throws Exception {
    List<LabeledExample> examples = Events.examples(AGAIN);
    try (Broker broker = new Broker(folder)) {
      JobOptions silent = options(broker, Map.of());
      createTopics(silent);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
        assertThat(admin.listTopics().names().get()).doesNotContain("why");
      }
      JobClient first = new SavedJobs(folder).start(silent, null);
      send(broker, silent, examples, 0, WITHOUT);
      awaitPredictions(broker, silent, WITHOUT);
      String savepoint = new SavedJobs(folder).stop(first);

      JobOptions telling = options(broker, Map.of("explanations.on-request", "true"));
      createTopics(telling);
      JobClient second = new SavedJobs(folder).start(telling, savepoint);
      send(broker, telling, examples, WITHOUT, COUNT);
      awaitPredictions(broker, telling, COUNT);
      String last = new SavedJobs(folder).stop(second);
      JobClient third = new SavedJobs(folder).start(silent, last);
      send(broker, silent, examples, COUNT, AGAIN);
      awaitPredictions(broker, silent, AGAIN);
      new SavedJobs(folder).stop(third);

      List<PredictionEvent> predictions =
          broker.committed(telling.topics().predictions(), PredictionEvent.class);
      List<Explanation> explanations = broker.committed("why", Explanation.class);
      assertThat(explanations)
          .extracting(Explanation::getEventId)
          .isEqualTo(
              IntStream.range(WITHOUT, COUNT)
                  .filter(i -> i % EVERY == 0)
                  .mapToObj(Integer::toString)
                  .toList());
      assertSameAsTheLibrary(telling, examples, predictions, explanations);
    }
  }

  private static void assertSameAsTheLibrary(
      JobOptions options,
      List<LabeledExample> examples,
      List<PredictionEvent> predictions,
      List<Explanation> explanations) {
    MixtureOfExperts library =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    assertThat(predictions).hasSize(AGAIN);
    int next = 0;
    for (int i = 0; i < AGAIN; i++) {
      PendingPrediction expected = library.predict(examples.get(i).features());
      for (int c = 0; c < Events.SCHEMA.classes(); c++) {
        assertThat(Double.doubleToRawLongBits(predictions.get(i).getProbabilities().get(c)))
            .isEqualTo(Double.doubleToRawLongBits(expected.probabilities()[c]));
      }
      if (i >= WITHOUT && i < COUNT && i % EVERY == 0) {
        Explanation explanation = explanations.get(next++);
        Attribution attribution = library.attribute(expected);
        assertThat(explanation.getModelVersion()).isEqualTo(i);
        assertThat(explanation.getEventTime()).isEqualTo(1000L * i);
        assertThat(explanation.getPredictedClass()).isEqualTo(attribution.label());
        assertThat(explanation.getBase()).isEqualTo(attribution.base());
        assertThat(explanation.getVotes()).hasSameSizeAs(attribution.votes());
        assertThat(sum(explanation)).isCloseTo(explanation.getProbability(), within(1e-9));
        assertThat(explanation.getProbability())
            .isEqualTo(expected.probabilities()[expected.predictedClass()]);
      }
      library.learn(expected, examples.get(i).label());
    }
  }

  private static double sum(Explanation explanation) {
    double sum =
        explanation.getBase() + explanation.getUnattributed() + explanation.getOtherAttributions();
    for (FeatureAttribution part : explanation.getAttributions()) {
      sum += part.getContribution();
    }
    return sum;
  }

  private static JobOptions options(Broker broker, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("job.checkpoint-interval", "500 ms");
    keys.put("topics.explanations", "why");
    return Events.options(keys);
  }

  private static void createTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
  }

  private static void send(
      Broker broker, JobOptions options, List<LabeledExample> examples, int from, int to) {
    for (int i = from; i < to; i++) {
      FeatureEvent event = Events.wireFeatures("k", i, examples.get(i), true);
      event.setExplain(i % EVERY == 0);
      broker.send(options.topics().features(), KEY, Events.FEATURE_EVENTS.encode(event));
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
