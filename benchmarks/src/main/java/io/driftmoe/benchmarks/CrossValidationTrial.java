// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.streams.EventTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prequential k-fold cross-validation: every event tests one learner, drawn at random, and trains
 * all the others (Bifet et al.: Efficient online evaluation of big data stream classifiers, KDD
 * 2015). The alarms are those of the first learner.
 */
final class CrossValidationTrial implements Trial {
  private final List<Learner> learners;
  private final long seed;

  /**
   * @param learners equal ones, at least two
   * @param seed of the draws
   */
  CrossValidationTrial(List<Learner> learners, long seed) {
    this.learners = List.copyOf(learners);
    this.seed = seed;
  }

  @Override
  public Forecast next(
      long event, LabeledExample example, @Nullable EventTimes times, List<Lesson> learned) {
    int tested = tested(event);
    Forecast forecast = learners.get(tested).predict(example.features());
    boolean alarm = false;
    for (int i = 0; i < learners.size(); i++) {
      if (i != tested) {
        Learner other = learners.get(i);
        boolean drift = other.learn(other.predict(example.features()), example.label());
        alarm |= drift && i == 0;
      }
    }
    learned.add(new Lesson(event, forecast.predicted() != example.label(), alarm));
    return forecast;
  }

  @Override
  public int tested(long event) {
    return (int) Math.floorMod(SplitMix64.derive(seed, event) >>> 1, (long) learners.size());
  }

  @Override
  public List<Learner> learners() {
    return learners;
  }
}
