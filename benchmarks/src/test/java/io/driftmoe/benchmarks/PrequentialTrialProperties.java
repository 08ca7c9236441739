// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Labels come when they should, to the forecast of their own event, against a naive model. */
class PrequentialTrialProperties {
  private static final LabelSpace CLASSES = new LabelSpace(List.of("a", "b", "c"));

  /** What the learner was asked, in order: predictions are (event, -1), lessons (event, label). */
  private record Call(int event, int label) {}

  private static final class Recorder implements Learner {
    private final List<Call> calls = new ArrayList<>();

    @Override
    public Forecast predict(FeatureVector features) {
      int event = (int) features.get(0);
      calls.add(new Call(event, -1));
      return new Forecast(0, new double[] {1, 0, 0}, event);
    }

    @Override
    public boolean learn(Forecast forecast, int label) {
      calls.add(new Call((int) forecast.kept(), label));
      return false;
    }

    @Override
    public Object model() {
      return calls;
    }
  }

  private static LabeledExample event(int i) {
    return new LabeledExample(FeatureVector.of(i), (i * 7 + i / 3) % 3);
  }

  private static List<Call> run(LabelArrival arrival, int events, long seed) {
    Recorder recorder = new Recorder();
    PrequentialTrial trial = new PrequentialTrial(recorder, arrival, CLASSES, seed);
    List<Trial.Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      trial.next(i, event(i), null, lessons);
    }
    return recorder.calls;
  }

  @Property(tries = 300)
  void labelsArriveAfterTheirDelay_withTheirOwnEvent(
      @ForAll @IntRange(max = 20) int least,
      @ForAll @IntRange(max = 30) int more,
      @ForAll @DoubleRange(min = 0.05, max = 1) double share,
      @ForAll boolean classB,
      @ForAll @IntRange(max = 60) int events,
      @ForAll long seed) {
    Map<String, Long> byClass = classB ? Map.of("b", 17L) : Map.of();
    LabelArrival arrival = new LabelArrival(least, least + more, byClass, share);

    List<Call> expected = new ArrayList<>();
    Map<Integer, List<Integer>> due = new HashMap<>();
    for (int i = 0; i < events; i++) {
      expected.add(new Call(i, -1));
      if (arrival.arrives(seed, i)) {
        long delay = arrival.delay(seed, i, CLASSES.name(event(i).label()));
        assertThat(delay)
            .isBetween(
                classB && event(i).label() == 1 ? 17L : least,
                classB && event(i).label() == 1 ? 17L : (long) least + more);
        due.computeIfAbsent(i + (int) delay, t -> new ArrayList<>()).add(i);
      }
      due.getOrDefault(i, List.of()).stream()
          .sorted(Comparator.naturalOrder())
          .forEach(late -> expected.add(new Call(late, event(late).label())));
    }

    assertThat(run(arrival, events, seed)).isEqualTo(expected);
  }

  @Property(tries = 50)
  void withoutDelay_everyLabelIsLearnedBeforeTheNextPrediction(
      @ForAll @IntRange(max = 40) int events) {
    List<Call> expected = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      expected.add(new Call(i, -1));
      expected.add(new Call(i, event(i).label()));
    }

    assertThat(run(LabelArrival.IMMEDIATE, events, 1)).isEqualTo(expected);
    assertThat(run(new LabelArrival(0, 0, Map.of("b", 0L), 1), events, 1)).isEqualTo(expected);
  }

  @Property(tries = 20)
  void statedShareArrives(
      @ForAll @DoubleRange(min = 0.05, max = 0.95) double share, @ForAll long seed) {
    LabelArrival arrival = LabelArrival.IMMEDIATE.withShare(share);
    long arrived = 0;
    int events = 10_000;
    for (int i = 0; i < events; i++) {
      arrived += arrival.arrives(seed, i) ? 1 : 0;
    }

    double fiveSigma = 5 * Math.sqrt(share * (1 - share) / events);
    assertThat((double) arrived / events).isBetween(share - fiveSigma, share + fiveSigma);
  }
}
