// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.EventTimes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Labels at recorded times come when they should, against a naive model. */
class TrueTimesTrialProperties {

  /** What the learner was asked, in order: predictions are (event, -1), lessons (event, label). */
  private record Call(int event, int label) {}

  /** An event at a time, whose label becomes known so much later, or earlier. */
  private record Timed(int gap, int lag) {}

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

  private static List<EventTimes> times(List<Integer> gaps, List<Integer> lags) {
    List<EventTimes> times = new ArrayList<>();
    long now = 1_000;
    for (int i = 0; i < Math.min(gaps.size(), lags.size()); i++) {
      now += gaps.get(i);
      times.add(new EventTimes(now, now + lags.get(i)));
    }
    return times;
  }

  private static List<Call> run(
      LabelArrival arrival, List<EventTimes> times, long seed, List<Trial.Lesson> lessons) {
    Recorder recorder = new Recorder();
    TrueTimesTrial trial = new TrueTimesTrial(recorder, arrival, seed);
    for (int i = 0; i < times.size(); i++) {
      trial.next(i, event(i), times.get(i), lessons);
    }
    return recorder.calls;
  }

  /** The naive model sorts all that happens at once: by time, events first, then by number. */
  @Property(tries = 300)
  void labelsAreLearnedBetweenTheEventsOfEarlierAndOfLaterTimes(
      @ForAll @Size(max = 60) List<@IntRange(max = 2) Integer> gaps,
      @ForAll @Size(max = 60) List<@IntRange(min = -3, max = 12) Integer> lags,
      @ForAll @DoubleRange(min = 0.05, max = 1) double share,
      @ForAll long seed) {
    LabelArrival arrival = LabelArrival.TRUE_TIMES.withShare(share);
    List<EventTimes> times = times(gaps, lags);

    record Step(long time, boolean isLabel, Call call) {}
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      steps.add(new Step(times.get(i).event(), false, new Call(i, -1)));
    }
    for (int i = 0; i < times.size(); i++) {
      long known = times.get(i).label();
      boolean later = known > times.get(i).event();
      boolean inTime = known < times.get(times.size() - 1).event();
      if (later && inTime && arrival.arrives(seed, i)) {
        steps.add(new Step(known, true, new Call(i, event(i).label())));
      }
    }
    steps.sort(Comparator.comparingLong(Step::time).thenComparing(Step::isLabel));
    List<Call> expected = new ArrayList<>();
    for (Step step : steps) {
      expected.add(step.call());
      int i = step.call().event();
      boolean atOnce = !step.isLabel() && times.get(i).label() <= times.get(i).event();
      if (atOnce && arrival.arrives(seed, i)) {
        expected.add(new Call(i, event(i).label()));
      }
    }

    List<Trial.Lesson> lessons = new ArrayList<>();
    assertThat(run(arrival, times, seed, lessons)).isEqualTo(expected);
    assertThat(lessons).hasSize(expected.size() - times.size());
    assertThat(lessons).isSortedAccordingTo(Comparator.comparingLong(Trial.Lesson::at));
  }

  /** Of three events at 1, 2 and 2, the first label is known at 2: too late for both others. */
  @Test
  void atOneTime_eventsComeBeforeLabels() {
    List<EventTimes> times =
        List.of(new EventTimes(1, 2), new EventTimes(2, 2), new EventTimes(2, 9), at(3), at(3));

    assertThat(run(LabelArrival.TRUE_TIMES, times, 1, new ArrayList<>()))
        .containsExactly(
            new Call(0, -1),
            new Call(1, -1),
            new Call(1, event(1).label()), // comes with its event
            new Call(2, -1),
            new Call(0, event(0).label()),
            new Call(3, -1),
            new Call(4, -1)); // 2, 3 and 4 are not known by then
  }

  private static EventTimes at(long time) {
    return new EventTimes(time, time + 1);
  }
}
