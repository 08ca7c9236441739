// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.EventTimes;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Test-then-train with labels that come at once, late, or not at all (Gama, Sebastião, Rodrigues:
 * On evaluating stream learning algorithms, Machine Learning 90, 2013).
 */
final class PrequentialTrial implements Trial {
  private static final Comparator<Waiting> BY_TIME =
      Comparator.comparingLong(Waiting::due).thenComparingLong(Waiting::event);

  private final Learner learner;
  private final LabelArrival arrival;
  private final LabelSpace classes;
  private final long seed;
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(BY_TIME);

  private record Waiting(long due, long event, Forecast forecast, int label) {}

  /**
   * @param seed of the delays
   */
  PrequentialTrial(Learner learner, LabelArrival arrival, LabelSpace classes, long seed) {
    this.learner = learner;
    this.arrival = arrival;
    this.classes = classes;
    this.seed = seed;
  }

  @Override
  public Forecast next(
      long event, LabeledExample example, @Nullable EventTimes times, List<Lesson> learned) {
    Forecast forecast = learner.predict(example.features());
    boolean wanted = learner.wantsLabel(forecast);
    if (wanted && arrival.atOnce()) {
      learned.add(learn(event, forecast, example.label()));
      return forecast;
    }
    if (wanted && arrival.arrives(seed, event)) {
      long due = event + arrival.delay(seed, event, classes.name(example.label()));
      waiting.add(new Waiting(due, event, forecast, example.label()));
    }
    while (!waiting.isEmpty() && waiting.peek().due() <= event) {
      Waiting next = waiting.remove();
      learned.add(learn(event, next.forecast(), next.label()));
    }
    return forecast;
  }

  private Lesson learn(long at, Forecast forecast, int label) {
    return new Lesson(at, forecast.predicted() != label, learner.learn(forecast, label));
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
