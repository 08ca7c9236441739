// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.EventTimes;
import io.driftmoe.streams.WaitingLabels;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Test-then-train with labels that come at the times that the stream recorded. */
final class TrueTimesTrial implements Trial {
  private final Learner learner;
  private final LabelArrival arrival;
  private final long seed;
  private final WaitingLabels<Unlearned> waiting = new WaitingLabels<>();

  private record Unlearned(Forecast forecast, int label) {}

  /**
   * @param arrival tells which labels arrive at all
   * @param seed of these
   */
  TrueTimesTrial(Learner learner, LabelArrival arrival, long seed) {
    this.learner = learner;
    this.arrival = arrival;
    this.seed = seed;
  }

  @Override
  public Forecast next(
      long event, LabeledExample example, @Nullable EventTimes recorded, List<Lesson> learned) {
    EventTimes times = Objects.requireNonNull(recorded, "an event without times");
    for (Optional<WaitingLabels.Waiting<Unlearned>> known = waiting.removeBefore(times.event());
        known.isPresent();
        known = waiting.removeBefore(times.event())) {
      learned.add(learn(event - 1, known.get().kept()));
    }
    Forecast forecast = learner.predict(example.features());
    if (learner.wantsLabel(forecast) && arrival.arrives(seed, event)) {
      Unlearned unlearned = new Unlearned(forecast, example.label());
      if (times.isLabelAtOnce()) {
        learned.add(learn(event, unlearned));
      } else {
        waiting.add(event, times, unlearned);
      }
    }
    return forecast;
  }

  private Lesson learn(long at, Unlearned one) {
    boolean alarm = learner.learn(one.forecast(), one.label());
    return new Lesson(at, one.forecast().predicted() != one.label(), alarm);
  }

  @Override
  public int tested(long event) {
    return 0;
  }

  @Override
  public List<Learner> learners() {
    return List.of(learner);
  }
}
