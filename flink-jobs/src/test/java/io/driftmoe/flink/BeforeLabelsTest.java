// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.EstimatedAccuracy;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prediction sets and estimates in a job: as in the library, with late labels, across restarts. */
class BeforeLabelsTest {
  private static final int LATE = 20;
  private static final List<LabeledExample> EXAMPLES = Events.examples(600);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "learner.preset", "adaptive",
          "learner.pool", "[naive-bayes, no-change]",
          "learner.coverage", "0.8");

  private static void send(MixtureHarness operator, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features("a", i, EXAMPLES.get(i), false));
      if (i >= LATE) {
        operator.send(Events.label("a", i - LATE, EXAMPLES.get(i - LATE), LATE));
      }
    }
  }

  /** Young, and grown. */
  @ParameterizedTest
  @ValueSource(ints = {60, 400})
  void setsAreThoseOfTheLibrary_alsoAfterARestart(int restart) throws Exception {
    JobOptions options = Events.options(SETTINGS);
    MixtureOfExperts library =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, 0, restart);
      assertSameSets(operator, library, waiting, 0, restart);
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, checkpoint)) {
      send(operator, restart, EXAMPLES.size());
      assertSameSets(operator, library, waiting, restart, EXAMPLES.size());
      operator.watermark(Long.MAX_VALUE);
      MetricsEvent report = operator.metrics().get(0);
      assertThat(report.getCoverage()).isEqualTo(library.coverage()).isCloseTo(80, within(5.0));
      assertThat(report.getSetSize()).isEqualTo(library.meanSetSize()).isPositive();
    }
  }

  private static void assertSameSets(
      MixtureHarness operator,
      MixtureOfExperts library,
      Queue<PendingPrediction> waiting,
      int from,
      int to)
      throws Exception {
    List<PredictionEvent> predictions = operator.predictions();
    assertThat(predictions).hasSize(to - from);
    for (int i = from; i < to; i++) {
      PendingPrediction expected = library.predict(EXAMPLES.get(i).features());
      assertThat(predictions.get(i - from).getPredictionSet())
          .isEqualTo(
              Arrays.stream(expected.predictionSet())
                  .mapToObj(label -> Events.SCHEMA.labels().name(label))
                  .toList());
      waiting.add(expected);
      if (waiting.size() > LATE) {
        library.learn(waiting.remove(), EXAMPLES.get(i - LATE).label());
      }
    }
  }

  /** The predictions that wait now, of which some waited at the restart. */
  @Test
  void accuracyOfWhatWaits_isEstimatedAsInTheLibrary_alsoAfterARestart() throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "adaptive",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.accuracy-estimate", "200"));
    MixtureOfExperts library =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, 0, 300);
      assertSameSets(operator, library, waiting, 0, 300);
      checkpoint = operator.checkpoint(1);
    }
    try (MixtureHarness operator = new MixtureHarness(options, checkpoint)) {
      send(operator, 300, 310);
      assertSameSets(operator, library, waiting, 300, 310);
      operator.processingTime(10_000);
      MetricsEvent report = operator.metrics().get(0);
      EstimatedAccuracy expected = library.estimatedAccuracy(waiting).orElseThrow();
      assertThat(report.getPendingPredictions()).isEqualTo(LATE);
      assertThat(report.getEstimatedAccuracy()).isEqualTo(expected.accuracy());
      assertThat(report.getEstimatedAccuracyError()).isEqualTo(expected.error()).isPositive();
    }
  }

  /** What a former model predicted is not of the one that is there now. */
  @Test
  void afterAReset_whatTheFormerModelPredicted_isNotCounted() throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "topics.control", "commands",
                "learner.pool", "[naive-bayes, no-change]",
                "learner.accuracy-estimate", "200"));
    MixtureOfExperts fresh =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, 0, 300);
      Command.Target target = new Command.Target(false, "a");
      operator.command(
          new SourceRecord.Control(new Command("c", Command.Kind.RESET, target, 5_000, 1), "a"));
      operator.processingTime(10_000);
      MetricsEvent none = operator.metrics().get(0);
      assertThat(none.getPendingPredictions()).isEqualTo(LATE);
      assertThat(none.getEstimatedAccuracy()).isEqualTo(-1);

      operator.send(Events.features("a", 300, EXAMPLES.get(300), false));
      operator.processingTime(20_000);
      EstimatedAccuracy expected =
          fresh
              .estimatedAccuracy(List.of(fresh.predict(EXAMPLES.get(300).features())))
              .orElseThrow();
      MetricsEvent one = operator.metrics().get(1);
      assertThat(one.getPendingPredictions()).isEqualTo(LATE + 1);
      assertThat(one.getEstimatedAccuracy()).isEqualTo(expected.accuracy());
      assertThat(one.getEstimatedAccuracyError()).isEqualTo(expected.error());
    }
  }

  @Test
  void withoutTheSetting_thereAreNone() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(Events.options(Map.of()))) {
      send(operator, 0, 50);
      assertThat(operator.predictions())
          .allSatisfy(event -> assertThat(event.getPredictionSet()).isEmpty());
      operator.watermark(Long.MAX_VALUE);
      assertThat(operator.metrics().get(0).getCoverage()).isEqualTo(-1);
      assertThat(operator.metrics().get(0).getSetSize()).isEqualTo(-1);
      assertThat(operator.metrics().get(0).getEstimatedAccuracy()).isEqualTo(-1);
      assertThat(operator.metrics().get(0).getEstimatedAccuracyError()).isEqualTo(-1);
    }
  }
}
