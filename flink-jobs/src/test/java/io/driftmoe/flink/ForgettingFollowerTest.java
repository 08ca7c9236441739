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
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second operator of a replay is one that never saw what is left out. */
class ForgettingFollowerTest {
  private static final String KEY = "k";
  private static final int EVENTS = 400;
  private static final Predicate<SourceRecord.Keyed> FORGOTTEN =
      record -> Integer.parseInt(record.eventId()) % 4 == 1;

  /** Records in an interleaving that no topic tells, with labels that are late or never come. */
  private static List<SourceRecord.Keyed> arrivals(long seed, boolean early) {
    List<LabeledExample> examples = Events.examples(EVENTS);
    SplitMix64 random = new SplitMix64(seed);
    List<SourceRecord.Keyed> features = new ArrayList<>();
    List<SourceRecord.Keyed> labels = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      boolean inside = random.nextDouble() < 0.1;
      features.add(Events.features(KEY, i, examples.get(i), inside));
      if (random.nextDouble() < 0.05) { // a duplicate of what waits, or was learned
        features.add(Events.features(KEY, i, examples.get(i), inside));
      }
      if (!inside && random.nextDouble() < 0.85) {
        int first = early ? -10 : 1;
        labels.add(Events.label(KEY, i, examples.get(i), first + (int) (60 * random.nextDouble())));
      }
    }
    labels.sort(Comparator.comparing(SourceRecord.Keyed::eventTime));
    List<SourceRecord.Keyed> arrivals = new ArrayList<>();
    int event = 0;
    int label = 0;
    while (event < features.size() || label < labels.size()) {
      boolean isEvent =
          label == labels.size()
              || event < features.size()
                  && features.get(event).eventTime() <= labels.get(label).eventTime();
      arrivals.add(isEvent ? features.get(event++) : labels.get(label++));
    }
    return arrivals;
  }

  private static JobOptions options(boolean withBudget) {
    Map<String, String> given = new HashMap<>();
    given.put("labels.timeout", "100 s");
    given.put("input.duplicate-window", "50");
    given.put("learner.coverage", "0.9");
    if (withBudget) {
      given.put("labels.budget", "20 %");
    }
    return Events.options(given);
  }

  /** The model file and the predictions of the job's operator. */
  private record Run(byte[] model, List<PredictionEvent> predictions) {}

  private static Run run(JobOptions options, List<SourceRecord.Keyed> arrivals) throws Exception {
    try (MixtureHarness harness = new MixtureHarness(options)) {
      for (SourceRecord.Keyed record : arrivals) {
        harness.send(record);
      }
      return new Run(harness.models().file(KEY), harness.predictions());
    }
  }

  /** Fails with the first difference, and feeds the follower. */
  private record Results(ForgettingFollower follower) implements KeyReplay.Results {
    @Override
    public void reproduced(
        KeyReplay key,
        SourceRecord.Features event,
        ExpectedPrediction expected,
        PendingPrediction found) {}

    @Override
    public void differs(KeyReplay key, ReplayDifference difference) {
      throw new AssertionError(difference);
    }

    @Override
    public void notCompared(int predictions) {}

    @Override
    public void before() {}

    @Override
    public void warmedUp() {}

    @Override
    public void withoutEvent(ExpectedPrediction expected) {
      throw new AssertionError(expected);
    }

    @Override
    public void withoutPrediction() {}

    @Override
    public void processed(SourceRecord.Keyed record, boolean labelWasHere) throws Exception {
      follower.processed(record, labelWasHere);
    }
  }

  private static ForgettingFollower.Outcome replay(
      JobOptions options, List<SourceRecord.Keyed> arrivals, List<PredictionEvent> predictions)
      throws Exception {
    List<ForgettingFollower.Outcome> outcomes = new ArrayList<>();
    ForgettingFollower follower =
        new ForgettingFollower(
            FORGOTTEN, record -> false, new JobID(), (key, outcome) -> outcomes.add(outcome));
    try (ReplayedMixture mixture =
        ReplayedMixture.open(
            options.forReplay(),
            null,
            new JobID(),
            List.of(),
            16,
            KeyGroupRange.of(0, 15),
            follower)) {
      follower.opened(mixture);
      KeyReplay key =
          new KeyReplay(
              KEY, mixture, 0, false, options.schema().classes(), false, new Results(follower));
      for (int i = 0; i < predictions.size(); i++) {
        key.add(new ExpectedPrediction(predictions.get(i), 0, i, true));
      }
      for (SourceRecord.Keyed record : arrivals) { // no topic says what came between
        key.add(record);
      }
      key.advance(
          new KeyReplay.Progress() {
            @Override
            public boolean featuresEnded() {
              return true;
            }

            @Override
            public boolean labelsEnded() {
              return true;
            }

            @Override
            public long labelsReached() {
              return Long.MAX_VALUE;
            }
          });
      key.finish();
      key.finishLabels();
      follower.closed(mixture, List.of(KEY));
    } finally {
      follower.ended();
    }
    return outcomes.get(0);
  }

  @ParameterizedTest
  @CsvSource({"1, true, false", "2, true, false", "3, false, true", "4, false, true"})
  void itIsTheModelThatNeverSaw(long seed, boolean early, boolean withBudget) throws Exception {
    JobOptions options = options(withBudget);
    List<SourceRecord.Keyed> arrivals = arrivals(seed, early);
    Run all = run(options, arrivals);
    Run never = run(options, arrivals.stream().filter(FORGOTTEN.negate()).toList());
    assertThat(never.predictions()).hasSizeBetween(290, 330);
    assertThat(never.model()).isNotEqualTo(all.model());

    ForgettingFollower.Outcome outcome = replay(options, arrivals, all.predictions());

    assertThat(outcome.seen()).isEqualTo(all.model());
    assertThat(outcome.unseen()).isEqualTo(never.model());
    long forgotten = arrivals.stream().filter(FORGOTTEN).count();
    assertThat(outcome.leftOut().events() + outcome.leftOut().labels()).isEqualTo(forgotten);
    assertThat(outcome.replayed().events() + outcome.replayed().labels())
        .isEqualTo(arrivals.size() - forgotten);
    assertThat(KeyedStates.waiting(outcome.parts()))
        .isNotEmpty()
        .noneMatch(id -> Integer.parseInt(id) % 4 == 1);
  }
}
