// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of events and labels is found again from the predictions. */
class KeyReplayTest {
  private static final String KEY = "k";
  private static final int EVENTS = 400;
  private static final Map<String, String> SETS_AND_QUESTIONS =
      Map.of("learner.coverage", "0.9", "labels.budget", "20 %");

  /** What is in the topics of a job, and what it predicted. */
  private record Topics(
      JobOptions options,
      List<SourceRecord.Features> features,
      List<SourceRecord.Label> labels,
      List<PredictionEvent> predictions) {}

  /** Runs the operator of the job on an interleaving that no topic tells. */
  private static Topics job(String order, long seed) throws Exception {
    return job(order, seed, Map.of());
  }

  private static Topics job(String order, long seed, Map<String, String> more) throws Exception {
    Map<String, String> given = new HashMap<>(more);
    given.put("input.order", order);
    given.put("input.out-of-orderness", "5 s");
    given.put("labels.timeout", "100 s");
    given.put("input.duplicate-window", "50");
    JobOptions options = Events.options(given);
    List<LabeledExample> examples = Events.examples(EVENTS);
    SplitMix64 random = new SplitMix64(seed);
    List<SourceRecord.Features> features = new ArrayList<>();
    List<SourceRecord.Label> labels = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      features.add(Events.features(KEY, i, examples.get(i), random.nextDouble() < 0.1));
      if (random.nextDouble() < 0.05) { // a duplicate of what waits, or was learned
        int old = (int) (i * random.nextDouble());
        features.add(Events.features(KEY, Math.max(old, i - 40), examples.get(old), false));
      }
      double kind = random.nextDouble();
      if (kind < 0.8) {
        labels.add(Events.label(KEY, i, examples.get(i), (int) (60 * random.nextDouble()) - 10));
      }
      if (kind < 0.1) { // again, or out of time
        labels.add(Events.label(KEY, i, examples.get(i), kind < 0.05 ? 30 : 150));
      }
    }
    labels.sort(Comparator.comparing(SourceRecord.Label::eventTime));
    List<SourceRecord.Features> read = new ArrayList<>();
    List<SourceRecord.Label> readLabels = new ArrayList<>();
    for (SourceRecord.Features event : features) {
      read.add(at(event, read.size()));
    }
    for (SourceRecord.Label label : labels) {
      readLabels.add(at(label, readLabels.size()));
    }
    SplitMix64 loads = new SplitMix64(seed + 1);
    LearnWatch anyLoad =
        new LearnWatch() {
          @Override
          public int loadLevel(int own) {
            return (int) ((options.load().levels() + 1) * loads.nextDouble());
          }

          @Override
          public void learned(PendingPrediction prediction, int label) {}
        };
    try (MixtureHarness harness =
        new MixtureHarness(
            MixtureFunction.watched(options, null, OutputEncoder::new, anyLoad), null)) {
      int nextEvent = 0;
      int nextLabel = 0;
      long lead = 0;
      while (nextEvent < read.size() || nextLabel < readLabels.size()) {
        lead = random.nextDouble() < 0.05 ? (long) (60_000 * random.nextDouble()) - 30_000 : lead;
        boolean isEvent =
            nextLabel == readLabels.size()
                || nextEvent < read.size()
                    && read.get(nextEvent).eventTime()
                        <= readLabels.get(nextLabel).eventTime() + lead;
        harness.send(isEvent ? read.get(nextEvent++) : readLabels.get(nextLabel++));
        if (order.equals("event-time") && nextEvent < read.size() && nextLabel < labels.size()) {
          long reached =
              Math.min(read.get(nextEvent).eventTime(), readLabels.get(nextLabel).eventTime());
          harness.watermark(reached - 5_001);
        }
      }
      harness.watermark(Long.MAX_VALUE - 1);
      return new Topics(options, read, readLabels, harness.predictions());
    }
  }

  private static SourceRecord.Features at(SourceRecord.Features event, int offset) {
    return new SourceRecord.Features(
        event.modelKey(),
        event.eventId(),
        event.eventTime(),
        0,
        offset,
        event.values(),
        event.label(),
        0);
  }

  private static SourceRecord.Label at(SourceRecord.Label label, int offset) {
    return new SourceRecord.Label(
        label.modelKey(), label.eventId(), label.eventTime(), 0, offset, label.label());
  }

  /** Counts what comes out. */
  private static final class Results implements KeyReplay.Results {
    private final List<String> reproduced = new ArrayList<>();
    private final List<ReplayDifference> differences = new ArrayList<>();
    private final List<String> withoutEvent = new ArrayList<>();
    private int notCompared;
    private int before;
    private int warmedUp;
    private int withoutPrediction;

    @Override
    public void reproduced(
        KeyReplay key,
        SourceRecord.Features event,
        ExpectedPrediction expected,
        PendingPrediction found) {
      reproduced.add(event.eventId());
    }

    @Override
    public void differs(KeyReplay key, ReplayDifference difference) {
      differences.add(difference);
    }

    @Override
    public void notCompared(int predictions) {
      notCompared += predictions;
    }

    @Override
    public void before() {
      before++;
    }

    @Override
    public void warmedUp() {
      warmedUp++;
    }

    @Override
    public void withoutEvent(ExpectedPrediction expected) {
      withoutEvent.add(expected.event().getEventId());
    }

    @Override
    public void withoutPrediction() {
      withoutPrediction++;
    }
  }

  private static final class Progress implements KeyReplay.Progress {
    private boolean ended;
    private long reached = Long.MIN_VALUE;

    @Override
    public boolean featuresEnded() {
      return ended;
    }

    @Override
    public boolean labelsEnded() {
      return ended;
    }

    @Override
    public long labelsReached() {
      return reached;
    }
  }

  private static Results replay(Topics topics) throws Exception {
    return replay(topics, 0);
  }

  /**
   * Gives what is asked for, one record at a time, as far as there is any.
   *
   * @param from predictions before this one are not compared
   */
  private static Results replay(Topics topics, int from) throws Exception {
    Results results = new Results();
    try (ReplayedMixture mixture =
        ReplayedMixture.open(
            topics.options.forReplay(),
            null,
            new JobID(),
            List.of(),
            16,
            KeyGroupRange.of(0, 15),
            (prediction, label) -> {})) {
      boolean byTime = topics.options.input().order() == InputOrder.EVENT_TIME;
      KeyReplay key =
          new KeyReplay(KEY, mixture, 0, false, topics.options.schema().classes(), byTime, results);
      Progress progress = new Progress();
      int features = 0;
      int labels = 0;
      int predictions = 0;
      boolean more = true;
      while (more) {
        more = false;
        switch (key.advance(progress)) {
          case PREDICTIONS -> {
            if (predictions < topics.predictions.size()) {
              key.add(
                  new ExpectedPrediction(
                      topics.predictions.get(predictions), 0, predictions, predictions >= from));
              predictions++;
              more = true;
            }
          }
          case FEATURES -> {
            if (features < topics.features.size()) {
              key.add(topics.features.get(features++));
              more = true;
            }
          }
          case LABELS -> {
            if (labels < topics.labels.size()) {
              SourceRecord.Label label = topics.labels.get(labels++);
              key.add(label);
              progress.reached = Math.max(progress.reached, label.eventTime() - 5_001);
              more = true;
            }
          }
        }
        if (!more && !progress.ended) {
          while (features < topics.features.size()) {
            key.add(topics.features.get(features++));
          }
          progress.ended = true;
          more = true;
        }
      }
      key.finish();
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({
    "arrival, 1",
    "arrival, 2",
    "arrival, 3",
    "event-time, 1",
    "event-time, 2",
    "event-time, 3"
  })
  void everyPredictionIsMadeAgain(String order, long seed) throws Exception {
    Topics topics = job(order, seed);
    Set<String> ids = new HashSet<>();
    topics.features.forEach(event -> ids.add(event.eventId()));
    assertThat(topics.predictions).hasSizeGreaterThanOrEqualTo(ids.size());

    Results results = replay(topics);

    assertThat(results.differences).isEmpty();
    assertThat(results.withoutEvent).isEmpty();
    assertThat(results.reproduced)
        .isEqualTo(topics.predictions.stream().map(PredictionEvent::getEventId).toList());
    assertThat(results.withoutPrediction).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "arrival, 1",
    "arrival, 2",
    "arrival, 3",
    "event-time, 1",
    "event-time, 2",
    "event-time, 3"
  })
  void setsAndQuestionsAreMadeAgain(String order, long seed) throws Exception {
    Topics topics = job(order, seed, SETS_AND_QUESTIONS);
    assertThat(topics.predictions).extracting(PredictionEvent::getLabelWanted).contains(true);
    assertThat(topics.predictions)
        .extracting(prediction -> prediction.getPredictionSet().size())
        .contains(1, 2);

    Results results = replay(topics);

    assertThat(results.differences).isEmpty();
    assertThat(results.reproduced)
        .containsExactlyInAnyOrderElementsOf(
            topics.predictions.stream().map(PredictionEvent::getEventId).toList());
  }

  /** At which level of load a prediction was made is in its record. */
  @ParameterizedTest
  @CsvSource({"arrival, 1", "arrival, 2", "event-time, 3"})
  void predictionsUnderLoadAreMadeAgain(String order, long seed) throws Exception {
    Topics topics = job(order, seed, Map.of("load.levels", "3"));
    assertThat(topics.predictions).extracting(PredictionEvent::getLoadLevel).contains(0, 1, 2, 3);

    Results results = replay(topics);

    assertThat(results.differences).isEmpty();
    assertThat(results.reproduced)
        .containsExactlyInAnyOrderElementsOf(
            topics.predictions.stream().map(PredictionEvent::getEventId).toList());
  }

  /** All labels are here before the first event, one of them too late for its event. */
  @Test
  void questionsAreMadeAgain_whereALabelThatIsHereIsOutOfTime() throws Exception {
    int outOfTime = 5; // of the first, which are all asked for
    int count = 120;
    Map<String, String> given = new HashMap<>(SETS_AND_QUESTIONS);
    given.put("labels.timeout", "100 s");
    JobOptions options = Events.options(given);
    List<LabeledExample> examples = Events.examples(EVENTS);
    List<SourceRecord.Features> features = new ArrayList<>();
    List<SourceRecord.Label> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      features.add(Events.features(KEY, i, examples.get(i), false));
      if (i % 2 == 1) {
        labels.add(Events.label(KEY, i, examples.get(i), i == outOfTime ? 150 : 10));
      }
    }
    labels.sort(Comparator.comparing(SourceRecord.Label::eventTime));
    List<PredictionEvent> predictions;
    try (MixtureHarness harness = new MixtureHarness(options)) {
      for (SourceRecord.Label label : labels) {
        harness.send(label);
      }
      for (SourceRecord.Features event : features) {
        harness.send(event);
      }
      predictions = harness.predictions();
    }
    assertThat(predictions.subList(0, 10))
        .extracting(PredictionEvent::getLabelWanted)
        .containsExactly(true, false, true, false, true, true, true, false, true, false);

    Results results = replay(new Topics(options, features, labels, predictions));

    assertThat(results.differences).isEmpty();
    assertThat(results.reproduced).hasSize(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void anotherSetIsNamed(String order) throws Exception {
    Topics topics = job(order, 6, SETS_AND_QUESTIONS);
    PredictionEvent target = topics.predictions.get(250);
    List<String> other =
        target.getPredictionSet().equals(List.of("UP")) ? List.of("DOWN") : List.of("UP");

    Results results =
        replay(
            changed(
                topics, PredictionEvent.newBuilder(target).setPredictionSet(other).build(), 250));

    assertThat(results.differences)
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.eventId()).isEqualTo(target.getEventId());
              assertThat(difference.field()).isEqualTo("prediction set");
              assertThat(difference.said()).isEqualTo(other.toString());
              assertThat(difference.found()).isEqualTo(target.getPredictionSet().toString());
            });
    assertThat(results.notCompared).isEqualTo(topics.predictions.size() - 251);
  }

  @ParameterizedTest
  @CsvSource({"arrival, true", "arrival, false", "event-time, true", "event-time, false"})
  void anotherQuestionIsNamed(String order, boolean wanted) throws Exception {
    Topics topics = job(order, 7, SETS_AND_QUESTIONS);
    int index = 200;
    while (topics.predictions.get(index).getLabelWanted() == wanted) {
      index++;
    }
    PredictionEvent target = topics.predictions.get(index);

    Results results =
        replay(
            changed(
                topics, PredictionEvent.newBuilder(target).setLabelWanted(wanted).build(), index));

    assertThat(results.differences)
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.eventId()).isEqualTo(target.getEventId());
              assertThat(difference.field()).isEqualTo("label wanted");
              assertThat(difference.said()).isEqualTo(Boolean.toString(wanted));
              assertThat(difference.found()).isEqualTo(Boolean.toString(!wanted));
            });
    assertThat(results.reproduced).hasSize(index);
    assertThat(results.notCompared).isEqualTo(topics.predictions.size() - index - 1);
  }

  /** The models are those of that time, though nothing before it is looked at. */
  @ParameterizedTest
  @CsvSource({"arrival, true", "arrival, false", "event-time, true", "event-time, false"})
  void beforeATime_predictionsAreMadeAgain_andNotCompared(String order, boolean asks)
      throws Exception {
    Topics topics = job(order, 8, asks ? SETS_AND_QUESTIONS : Map.of());
    PredictionEvent early = topics.predictions.get(100);
    String other = early.getPredictedClass().equals("UP") ? "DOWN" : "UP";
    Topics changed =
        changed(topics, PredictionEvent.newBuilder(early).setPredictedClass(other).build(), 100);
    assertThat(replay(changed).differences).hasSize(1);

    Results results = replay(changed, 101);

    assertThat(results.differences).isEmpty();
    assertThat(results.warmedUp).isEqualTo(101);
    assertThat(results.before).isZero();
    assertThat(results.reproduced)
        .containsExactlyInAnyOrderElementsOf(
            topics.predictions.subList(101, topics.predictions.size()).stream()
                .map(PredictionEvent::getEventId)
                .toList());
  }

  /** Where the topics are no longer whole, the models are not those of that time, and it shows. */
  @Test
  void beforeATime_aLostLabelIsNoticedAfterIt() throws Exception {
    Topics topics = job("arrival", 4);
    List<SourceRecord.Label> labels = new ArrayList<>(topics.labels);
    labels.subList(100, 105).clear();

    Results results =
        replay(new Topics(topics.options, topics.features, labels, topics.predictions), 300);

    assertThat(results.warmedUp).isEqualTo(300);
    assertThat(results.reproduced).isEmpty();
    assertThat(results.differences).hasSize(1);
    assertThat(results.notCompared).isEqualTo(topics.predictions.size() - 301);
  }

  private static Topics changed(Topics topics, PredictionEvent event, int index) {
    List<PredictionEvent> predictions = new ArrayList<>(topics.predictions);
    predictions.set(index, event);
    return new Topics(topics.options, topics.features, topics.labels, predictions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void aLostLabelIsNoticed(String order) throws Exception {
    Topics topics = job(order, 4);
    List<SourceRecord.Label> labels = new ArrayList<>(topics.labels);
    labels.subList(100, 105).clear();

    Results results =
        replay(new Topics(topics.options, topics.features, labels, topics.predictions));

    assertThat(results.differences).hasSize(1);
    assertThat(results.reproduced).hasSizeBetween(50, topics.predictions.size() - 50);
    assertThat(results.reproduced.size() + 1 + results.notCompared)
        .isEqualTo(topics.predictions.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrival", "event-time"})
  void lostEventsAndPredictionsAreCounted(String order) throws Exception {
    Topics topics = job(order, 5);
    PredictionEvent lastMade = topics.predictions.get(topics.predictions.size() - 1);
    List<SourceRecord.Features> features =
        topics.features.stream()
            .filter(event -> !event.eventId().equals(lastMade.getEventId()))
            .toList();
    Results withoutEvent =
        replay(new Topics(topics.options, features, topics.labels, topics.predictions));
    assertThat(withoutEvent.withoutEvent).containsExactly(lastMade.getEventId());

    List<PredictionEvent> fewer = topics.predictions.subList(0, topics.predictions.size() - 1);
    Results withoutPrediction =
        replay(new Topics(topics.options, topics.features, topics.labels, fewer));
    assertThat(withoutPrediction.withoutPrediction).isEqualTo(1);
    assertThat(withoutPrediction.reproduced).hasSize(fewer.size());
    assertThat(withoutPrediction.before).isZero();
  }
}
