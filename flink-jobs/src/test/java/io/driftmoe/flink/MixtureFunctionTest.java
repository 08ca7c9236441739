// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.schemas.avro.DeadLetterKind;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixtureFunctionTest {
  private static final int COUNT = 1200;
  private static final int DELAY = 40;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);

  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "paper-task"})
  void predictionsEqualThePlainLibraryBitForBit(String preset) throws Exception {
    try (MixtureHarness operator = operator(Map.of("learner.preset", preset))) {
      for (int i = 0; i < COUNT; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      assertSamePredictions(operator.predictions(), library(preset, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"paper-data", "paper-task"})
  void restoreInTheMiddleContinuesBitForBit(String preset) throws Exception {
    JobOptions options = Events.options(Map.of("learner.preset", preset));
    List<PredictionEvent> predictions = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness before = new MixtureHarness(options)) {
      for (int i = 0; i < 700; i++) {
        sendDelayed(before, i);
      }
      checkpoint = before.checkpoint(1);
      // what happens after the checkpoint must leave no trace in it
      for (int i = 700; i < 800; i++) {
        sendDelayed(before, i);
      }
      predictions.addAll(before.predictions().subList(0, 700));
    }
    try (MixtureHarness after = new MixtureHarness(options, checkpoint)) {
      for (int i = 700; i < COUNT; i++) {
        sendDelayed(after, i);
      }
      predictions.addAll(after.predictions());
      assertThat(after.deadLetters()).isEmpty();
    }
    assertSamePredictions(predictions, library(preset, DELAY));
  }

  @Test
  void aPoolByConfigurationRuns_andRestores() throws Exception {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "adaptive",
                "learner.pool", "[{type: guarded, drift: {delta: 0.05}}, moa-hoeffding-tree]",
                "learner.top-k", "2",
                "learner.gates", "[fixed-share]",
                "learner.lifecycle", "{window: 300}"));
    MixtureOfExperts library =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    OperatorSubtaskState checkpoint;
    List<PredictionEvent> predictions;
    try (MixtureHarness before = new MixtureHarness(options)) {
      for (int i = 0; i < 500; i++) {
        before.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      checkpoint = before.checkpoint(1);
      predictions = new ArrayList<>(before.predictions());
    }
    try (MixtureHarness after = new MixtureHarness(options, checkpoint)) {
      for (int i = 500; i < COUNT; i++) {
        after.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      predictions.addAll(after.predictions());
    }
    assertThat(predictions.get(0).getGateWeights()).hasSize(2);
    assertSamePredictions(predictions, predictAndLearn(library, 0));
  }

  @Test
  void aRunningCheckpointDoesNotChangeWhatIsLearned() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      for (int i = 0; i < COUNT; i++) {
        if (i % 100 == 50) {
          operator.checkpoint(i);
        }
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      assertSamePredictions(operator.predictions(), library("paper-data", 0));
    }
  }

  @Test
  void modelKeysDoNotInfluenceEachOther() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      for (int i = 0; i < 300; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), true));
        operator.send(Events.features("b", i, EXAMPLES.get(COUNT - 1 - i), true));
      }
      List<PredictionEvent> ofA =
          operator.predictions().stream().filter(p -> p.getModelKey().equals("a")).toList();
      assertSamePredictions(ofA, library("paper-data", 0).subList(0, 300));
    }
  }

  @Test
  void eventTimeOrderGivesTheSameWhateverTheInterleaving() throws Exception {
    List<SourceRecord.Keyed> records = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      records.add(Events.features("k", i, EXAMPLES.get(i), false));
      records.add(Events.label("k", i, EXAMPLES.get(i), DELAY));
    }
    List<PendingPrediction> expected = library("paper-data", DELAY).subList(0, 600);
    for (long seed = 1; seed <= 3; seed++) {
      Collections.shuffle(records, new Random(seed));
      try (MixtureHarness operator = operator(Map.of("input.order", "event-time"))) {
        for (SourceRecord.Keyed record : records) {
          operator.send(record);
        }
        assertThat(operator.predictions()).isEmpty();
        operator.watermark(Long.MAX_VALUE);
        assertThat(operator.deadLetters()).isEmpty();
        assertSamePredictions(operator.predictions(), expected);
      }
    }
  }

  /** Dates without a time of day: then many events have the same time. */
  @Test
  void theCostOfAnEventDoesNotDependOnHowManyHaveItsTime() throws Exception {
    JobOptions options =
        Events.options(Map.of("learner.preset", "paper-data", "input.order", "event-time"));
    LabeledExample example = Events.examples(1).get(0);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      long before = MutationRun.allocated();
      for (int i = 0; i < 10_000; i++) {
        operator.send(
            new SourceRecord.Features("k", "" + i, 86_400_000, 0, i, example.features(), 0, 0));
      }
      assertThat(MutationRun.allocated() - before).isLessThan(20L << 20);
    }
  }

  @Test
  void aRunningCheckpointHoldsNoEventThatCameAfterIt() throws Exception {
    Map<String, String> keys = Map.of("learner.preset", "paper-data", "input.order", "event-time");
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator = operator(keys)) {
      operator.send(at(5_000, "before"));
      OperatorSnapshotFutures running = operator.startCheckpoint(1);
      operator.send(at(5_000, "after"));
      operator.send(at(5_000, "later"));
      checkpoint = MixtureHarness.finish(running);
      operator.watermark(5_000);
      assertThat(operator.predictions()).hasSize(3);
    }
    try (MixtureHarness operator = new MixtureHarness(Events.options(keys), checkpoint)) {
      operator.watermark(5_000);
      assertThat(operator.predictions())
          .extracting(PredictionEvent::getEventId)
          .containsExactly("before");
    }
  }

  private static SourceRecord.Features at(long time, String id) {
    return new SourceRecord.Features("k", id, time, 0, 0, EXAMPLES.get(0).features(), 0, 0);
  }

  @Test
  void aRecordBehindTheWatermarkIsProcessedAtOnceAndCounted() throws Exception {
    try (MixtureHarness operator = operator(Map.of("input.order", "event-time"))) {
      operator.send(Events.features("k", 7, EXAMPLES.get(7), true));
      operator.watermark(7_000);
      operator.send(Events.features("k", 3, EXAMPLES.get(3), true));
      assertThat(operator.predictions()).hasSize(2);
      operator.processingTime(10_000);
      assertThat(latest(operator).getLateEvents()).isEqualTo(1);
    }
  }

  @Test
  void bufferedEventsSurviveARestore() throws Exception {
    JobOptions options =
        Events.options(Map.of("learner.preset", "paper-data", "input.order", "event-time"));
    OperatorSubtaskState checkpoint;
    try (MixtureHarness before = new MixtureHarness(options)) {
      for (int i = 299; i >= 0; i--) {
        before.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      checkpoint = before.checkpoint(1);
    }
    try (MixtureHarness after = new MixtureHarness(options, checkpoint)) {
      after.watermark(Long.MAX_VALUE);
      assertSamePredictions(after.predictions(), library("paper-data", 0).subList(0, 300));
    }
  }

  @Test
  void aLabelThatComesBeforeItsEventIsUsed() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      operator.send(Events.label("k", 0, EXAMPLES.get(0), 5));
      operator.watermark(4_999);
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      operator.processingTime(10_000);
      assertThat(latest(operator).getLabels()).isEqualTo(1);
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  @Test
  void aLabelWithoutEventIsAnOrphanOnceTheEventsOfItsKeyHaveMovedOn() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "10 s"))) {
      operator.send(Events.label("k", 0, EXAMPLES.get(0), 5));
      operator.watermark(SourceRecord.MAX_EVENT_TIME);
      // its time, the timeout and input.out-of-orderness: 20 s, which eight in a row have passed
      for (int i = 13; i < 28; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
        operator.send(Events.features("other key", 100 * i, EXAMPLES.get(i), true));
      }
      assertThat(operator.deadLetters()).isEmpty();
      operator.send(Events.features("k", 28, EXAMPLES.get(28), true));
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getKind()).isEqualTo(DeadLetterKind.ORPHAN_LABEL);
                assertThat(letter.getTopic()).isEqualTo("driftmoe.labels");
                assertThat(letter.getReason()).contains("no event with this id");
              });
      assertThat(
              Events.LABEL_EVENTS
                  .decode(operator.deadLetters().get(0).getValue().array())
                  .getEventId())
          .isEqualTo("0");
    }
  }

  @Test
  void aSecondLabelIsAnOrphanAndIsNotLearned() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      operator.send(Events.label("k", 0, EXAMPLES.get(0), 1));
      operator.send(Events.label("k", 0, EXAMPLES.get(0), 1));
      operator.watermark(1_000);
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(l -> assertThat(l.getKind()).isEqualTo(DeadLetterKind.ORPHAN_LABEL));
      operator.processingTime(10_000);
      assertThat(latest(operator).getLabels()).isEqualTo(1);
      assertThat(latest(operator).getOrphanLabels()).isEqualTo(1);
    }
  }

  @Test
  void aPredictionExpiresWhenItsLabelDoesNotCome() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.timeout", "10 s"))) {
      operator.send(Events.features("k", 3, EXAMPLES.get(3), false));
      operator.watermark(SourceRecord.MAX_EVENT_TIME);
      for (int i = 11; i < 26; i++) {
        operator.send(Events.label("k", i, EXAMPLES.get(i), 0));
        operator.send(Events.label("other key", 100 * i, EXAMPLES.get(i), 0));
      }
      assertThat(operator.deadLetters()).isEmpty();
      operator.send(Events.label("k", 26, EXAMPLES.get(26), 0)); // the eighth beyond 18 s
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getKind()).isEqualTo(DeadLetterKind.EXPIRED_PREDICTION);
                assertThat(letter.getReason()).contains("'3'").contains("labels.timeout");
              });
      operator.processingTime(10_000);
      assertThat(latest(operator).getExpiredPredictions()).isEqualTo(1);
      assertThat(latest(operator).getLosses()).isEqualTo(Map.of("expiredPredictions.no-label", 1L));
    }
  }

  @Test
  void pendingPredictionsAreBounded() throws Exception {
    try (MixtureHarness operator = operator(Map.of("labels.max-pending", "5"))) {
      for (int i = 0; i < 8; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
      }
      assertThat(operator.deadLetters())
          .extracting(letter -> letter.getKind())
          .containsExactly(
              DeadLetterKind.EXPIRED_PREDICTION,
              DeadLetterKind.EXPIRED_PREDICTION,
              DeadLetterKind.EXPIRED_PREDICTION);
      assertThat(operator.deadLetters().get(0).getReason())
          .contains("'0'")
          .contains("max-pending = 5");
      operator.processingTime(10_000);
      assertThat(latest(operator).getPendingPredictions()).isEqualTo(5);
    }
  }

  @Test
  void anEventIdThatIsPendingIsADuplicate() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      assertThat(operator.predictions()).hasSize(1);
      assertThat(operator.deadLetters())
          .singleElement()
          .satisfies(l -> assertThat(l.getKind()).isEqualTo(DeadLetterKind.DUPLICATE));
    }
  }

  /** Timers that were set before would come an hour late. */
  @Test
  void aClockThatGoesBack_holdsBackNeitherMetricsNorWhatHasWaited() throws Exception {
    Map<String, String> keys = Map.of("labels.max-wait", "1 min", "job.metrics-interval", "10 s");
    try (MixtureHarness operator = operator(keys)) {
      operator.processingTime(3_600_000);
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      operator.processingTime(0);
      operator.send(Events.features("k", 1, EXAMPLES.get(1), false));
      operator.processingTime(10_000);
      assertThat(operator.metrics()).extracting(MetricsEvent::getEvents).containsExactly(2L);
      operator.processingTime(60_000);
      operator.processingTime(120_000);
      assertThat(operator.deadLetters()).hasSize(2);
      operator.processingTime(3_700_000);
      assertThat(operator.metrics()).extracting(MetricsEvent::getEvents).containsOnly(2L);
    }
  }

  @Test
  void metricsComeAtTheirIntervalOnlyWhileThereAreEvents() throws Exception {
    try (MixtureHarness operator = operator(Map.of("job.metrics-interval", "1 s"))) {
      for (int i = 0; i < 10; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      operator.processingTime(999);
      assertThat(operator.metrics()).isEmpty();
      operator.processingTime(1_000);
      operator.processingTime(5_000);
      assertThat(operator.metrics()).hasSize(1);
      assertThat(operator.processingTimeTimers()).isZero();
      MetricsEvent metrics = latest(operator);
      assertThat(metrics.getEvents()).isEqualTo(10);
      assertThat(metrics.getLabels()).isEqualTo(10);
      assertThat(metrics.getModelVersion()).isEqualTo(10);
      assertThat(metrics.getEventTime()).isEqualTo(9_000);
      assertThat(metrics.getExpertShares()).hasSize(12);
      assertThat(metrics.getModelBytes()).isBetween(1_000L, 64L << 10);
      assertThat(metrics.getGateEntropy()).isBetween(0.0, 1.0);
      assertThat(metrics.getSpecialistEvaluations()).as("there are none").isZero();
    }
  }

  @Test
  void theEndOfEventTimeExpiresAllReportsAndLeavesNoTimer() throws Exception {
    try (MixtureHarness operator = operator(Map.of())) {
      operator.send(Events.features("k", 0, EXAMPLES.get(0), true));
      operator.send(Events.features("k", 1, EXAMPLES.get(1), false));
      operator.watermark(Long.MAX_VALUE);
      MetricsEvent last = latest(operator);
      assertThat(last.getFinalReport()).isTrue();
      assertThat(last.getExpiredPredictions()).isEqualTo(1);
      assertThat(last.getPendingPredictions()).isZero();
      operator.processingTime(60_000);
      assertThat(latest(operator).getFinalReport()).isTrue();
      assertThat(operator.eventTimeTimers()).isZero();
      assertThat(operator.processingTimeTimers()).isZero();
      assertThat(operator.stateEntries()).as("model, and what the join counted").isEqualTo(2);
    }
  }

  @Test
  void aDriftOfTheErrorIsReported() throws Exception {
    int half = 800; // the reference has learned too little to report it
    List<LabeledExample> examples = Events.examples(2 * half);
    try (MixtureHarness operator = operator(Map.of("learner.preset", "paper-task"))) {
      for (int i = 0; i < 2 * half; i++) {
        operator.send(Events.features("k", i, examples.get(i), true));
      }
      assertThat(operator.driftEvents())
          .anySatisfy(
              drift -> {
                assertThat(Integer.parseInt(drift.getEventId())).isBetween(half, half + 500);
                assertThat(drift.getEventTime())
                    .isEqualTo(1000L * Integer.parseInt(drift.getEventId()));
                assertThat(drift.getDetector()).isEqualTo("adwin");
                assertThat(drift.getSinceVersion()).isBetween(half - 100L, half + 100L);
                assertThat(drift.getErrorSince()).isGreaterThan(drift.getErrorBefore());
                assertThat(drift.getFalseAlarmProbability()).isBetween(0.0, 0.002);
              });
    }
  }

  /** An expert that says the same always has as many errors before a change as behind it. */
  @Test
  void aChangeThatTheMixtureDoesNotNoticeIsReported() throws Exception {
    int half = 3_000;
    List<LabeledExample> examples = Events.examples(2 * half);
    Map<String, String> majority =
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[majority-class, majority-class]");
    try (MixtureHarness operator = operator(majority)) {
      for (int i = 0; i < 2 * half; i++) {
        FeatureVector features = examples.get(i).features();
        int label = features.get(0) > 0.5 == i < half ? 1 : 0;
        operator.send(Events.features("k", i, new LabeledExample(features, label), true));
      }
      assertThat(operator.driftEvents())
          .singleElement()
          .satisfies(
              drift -> {
                assertThat(Integer.parseInt(drift.getEventId())).isBetween(half, half + 200);
                assertThat(drift.getKind()).isEqualTo(DriftKind.DRIFT);
                assertThat(drift.getDetector()).isEqualTo("reference");
                assertThat(drift.getExpert()).isNull();
                assertThat(drift.getDescription())
                    .startsWith(
                        "the stream has changed, and the mixture adapts: the error of a naive"
                            + " Bayes that forgets nothing rose from ")
                    .contains("; false with probability ");
                assertThat(drift.getSinceVersion()).isBetween(half - 100L, half + 100L);
                assertThat(drift.getSinceTime())
                    .isBetween(
                        1_000 * drift.getSinceVersion(), 1_000 * (drift.getSinceVersion() + 200));
                assertThat(drift.getWhere()).matches("|everywhere, .*|where (price|day|demand).*");
                assertThat(drift.getDescription())
                    .contains(", since about " + Instant.ofEpochMilli(drift.getSinceTime()));
                assertThat(drift.getErrorBefore()).isLessThan(0.1);
                assertThat(drift.getErrorSince()).isGreaterThan(0.5);
                assertThat(drift.getFalseAlarmProbability()).isLessThan(1e-6);
              });
    }
  }

  @Test
  void whatHappensToExpertsIsReported_andCountedApartFromDrifts() throws Exception {
    Map<String, String> twoOfWhomOneLearns =
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[moa-hoeffding-tree, moa-hoeffding-tree]",
            "learner.top-k", "1",
            "learner.gates", "[fixed-share]",
            "learner.lifecycle", "{window: 300, min-share: 0.6, max-agreement: 1}");
    try (MixtureHarness operator = operator(twoOfWhomOneLearns)) {
      for (int i = 0; i < 300; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      List<DriftEvent> events =
          operator.driftEvents().stream().filter(event -> event.getExpert() != null).toList();
      assertThat(events)
          .extracting(DriftEvent::getKind)
          .startsWith(DriftKind.START, DriftKind.START)
          .endsWith(DriftKind.RETIRE, DriftKind.START);
      assertThat(events.get(1))
          .isEqualTo(
              new DriftEvent(
                  "k",
                  "0",
                  0L,
                  1L,
                  DriftKind.START,
                  "expert",
                  1,
                  "moa-hoeffding-tree 1",
                  "the mixture starts with " + MoaHoeffdingTreeFactory.paper(),
                  -1L,
                  -1.0,
                  -1.0,
                  -1.0,
                  List.of(),
                  -1L,
                  "",
                  -1L,
                  ""));
      DriftEvent retired = events.get(events.size() - 2);
      assertThat(retired.getModelVersion()).isEqualTo(300);
      assertThat(retired.getEventId()).isEqualTo("299");
      assertThat(retired.getDescription()).startsWith("starved: learned ");
      operator.processingTime(10_000);
      assertThat(latest(operator).getLifecycleEvents()).isEqualTo(events.size());
      assertThat(latest(operator).getDriftEvents())
          .isEqualTo(operator.driftEvents().size() - events.size());
    }
  }

  @Test
  void sleepAndTheUseOfSpecialistsAreReported() throws Exception {
    Map<String, String> sleepy =
        Map.of(
            "learner.preset",
            "adaptive",
            "learner.pool",
            "[naive-bayes, no-change, {type: routed-specialists, specialists: 2,"
                + " active: {predicted: 1, learned: 1, complete: 1}}]",
            "learner.lifecycle",
            "never",
            "learner.attendance",
            "{trial: 50, period: 10, least-gain: 0.001}");
    try (MixtureHarness operator = operator(sleepy)) {
      for (int i = 0; i < 300; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), true));
      }
      assertThat(operator.driftEvents())
          .anySatisfy(
              event -> {
                assertThat(event.getKind()).isEqualTo(DriftKind.SLEEP);
                assertThat(event.getExpert()).isEqualTo(1);
                assertThat(event.getDescription()).startsWith("gains the mixture ");
              });
      operator.processingTime(10_000);
      MetricsEvent metrics = latest(operator);
      assertThat(metrics.getLifecycleEvents()).isPositive();
      // both are asked about every event that their expert attends
      assertThat(metrics.getSpecialistEvaluations())
          .isEqualTo(2 * metrics.getExpertShares().get(2))
          .isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reportsExplainAPrediction_andChangeNone(boolean delayed) throws Exception {
    Map<String, String> keys = Map.of("learner.preset", "adaptive", "job.metrics-interval", "1 s");
    JobOptions options = Events.options(keys);
    List<PendingPrediction> library =
        predictAndLearn(
            MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA),
            delayed ? DELAY : 0);
    try (MixtureHarness operator = new MixtureHarness(options)) {
      int explained = 0;
      for (int i = 0; i < COUNT; i++) {
        if (delayed) {
          sendDelayed(operator, i);
        } else {
          operator.send(Events.features("k", i, EXAMPLES.get(i), true));
        }
        if (i % 7 == 0) {
          int before = operator.metrics().size();
          operator.processingTime(1_000L * (i + 1));
          assertThat(operator.metrics()).hasSize(before + 1);
          assertExplained(latest(operator), i, library.get(i));
          explained++;
        }
      }
      assertThat(explained).isGreaterThan(100);
      assertSamePredictions(operator.predictions(), library);
      assertThat(latest(operator).getSpecialists())
          .hasSize(OutputEncoder.MOST_REGIONS)
          .allMatch(one -> one.getExpert().matches("(committee 4|regime-library 5)"));
    }
  }

  private static void assertExplained(MetricsEvent report, int event, PendingPrediction made) {
    ExplainedPrediction explained = report.getExplained();
    assertThat(explained.getEventId()).isEqualTo(Integer.toString(event));
    assertThat(explained.getEventTime()).isEqualTo(1_000L * event);
    assertThat(explained.getModelVersion()).isEqualTo(made.modelVersion());
    assertThat(explained.getPredictedClass())
        .isEqualTo(Events.SCHEMA.labels().name(made.predictedClass()));
    assertThat(explained.getProbability()).isEqualTo(made.probabilities()[made.predictedClass()]);
    for (ExpertVote vote : explained.getVotes()) {
      String[] name = vote.getExpert().split(" ");
      assertThat(vote.getWeight()).isEqualTo(made.gateWeights()[Integer.parseInt(name[1])]);
      assertThat(vote.getProbability()).isBetween(0.5, 1.0); // of two classes
    }
    long asked = Arrays.stream(made.gateWeights()).filter(weight -> weight > 0).count();
    assertThat(explained.getVotes()).hasSize((int) asked);
  }

  @Test
  void aReportWithoutAPredictionSinceTheLast_explainsNone() throws Exception {
    try (MixtureHarness operator = operator(Map.of("job.metrics-interval", "1 s"))) {
      operator.send(Events.features("k", 0, EXAMPLES.get(0), false));
      operator.processingTime(1_000);
      assertThat(latest(operator).getExplained().getVotes()).isNotEmpty();
      operator.send(Events.label("k", 0, EXAMPLES.get(0), 1));
      operator.processingTime(2_000);
      assertThat(operator.metrics()).hasSize(2);
      assertThat(latest(operator).getExplained()).isNull();
      assertThat(latest(operator).getSpecialists()).isEmpty();
    }
  }

  @Test
  void whatHappensToAMemberNamesIt() throws Exception {
    int half = 3_000;
    List<LabeledExample> examples = Events.examples(2 * half);
    Map<String, String> guarded =
        Map.of("learner.pool", "[moa-hoeffding-tree, {type: forest, members: 2}]");
    try (MixtureHarness operator = operator(guarded)) {
      for (int i = 0; i < 2 * half; i++) {
        operator.send(Events.features("k", i, examples.get(i), true));
      }
      assertThat(operator.driftEvents())
          .anySatisfy(
              event -> {
                assertThat(event.getKind()).isEqualTo(DriftKind.REPLACE);
                assertThat(event.getExpert()).isEqualTo(1);
                assertThat(event.getDetector()).isEqualTo("expert");
                assertThat(event.getDescription()).matches("member [01]: .* takes over");
              });
    }
  }

  private static void sendDelayed(MixtureHarness operator, int i) throws Exception {
    operator.send(Events.features("k", i, EXAMPLES.get(i), false));
    if (i >= DELAY) {
      operator.send(Events.label("k", i - DELAY, EXAMPLES.get(i - DELAY), DELAY));
    }
  }

  private static MixtureHarness operator(Map<String, String> overrides) throws Exception {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.putIfAbsent("learner.preset", "paper-data");
    return new MixtureHarness(Events.options(keys));
  }

  private static MetricsEvent latest(MixtureHarness operator) throws Exception {
    List<MetricsEvent> metrics = operator.metrics();
    return metrics.get(metrics.size() - 1);
  }

  /** The plain library on the same examples, each label learned so many events later. */
  private static List<PendingPrediction> library(String preset, int delay) {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.of(preset), 1), Events.SCHEMA);
    return predictAndLearn(mixture, delay);
  }

  private static List<PendingPrediction> predictAndLearn(MixtureOfExperts mixture, int delay) {
    List<PendingPrediction> predictions = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      predictions.add(mixture.predict(EXAMPLES.get(i).features()));
      if (i >= delay) {
        mixture.learn(predictions.get(i - delay), EXAMPLES.get(i - delay).label());
      }
    }
    return predictions;
  }

  private static void assertSamePredictions(
      List<PredictionEvent> actual, List<PendingPrediction> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      PredictionEvent event = actual.get(i);
      PendingPrediction prediction = expected.get(i);
      assertThat(event.getEventId()).isEqualTo(Integer.toString(i));
      assertThat(event.getPredictedClass())
          .isEqualTo(Events.SCHEMA.labels().name(prediction.predictedClass()));
      assertThat(bits(event.getProbabilities())).isEqualTo(bits(prediction.probabilities()));
      assertThat(bits(event.getGateWeights())).isEqualTo(bits(prediction.gateWeights()));
      assertThat(event.getModelVersion()).isEqualTo(prediction.modelVersion());
    }
  }

  private static List<Long> bits(List<Double> values) {
    return values.stream().map(Double::doubleToRawLongBits).toList();
  }

  private static List<Long> bits(double[] values) {
    return Arrays.stream(values).mapToObj(Double::doubleToRawLongBits).toList();
  }
}
