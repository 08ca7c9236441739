// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.PrequentialEvaluator;
import java.util.function.ToDoubleFunction;

/** A score that {@link PrequentialEvaluator} has over all events, and with it MOA. */
final class EvaluatorScore implements Score {
  // Its sliding window is not used: the series' windows may be longer than memory allows it.
  private static final int WINDOW = 1;

  private final PrequentialEvaluator evaluator;
  private final ToDoubleFunction<PrequentialEvaluator.Scores> score;

  EvaluatorScore(int classes, ToDoubleFunction<PrequentialEvaluator.Scores> score) {
    this.evaluator = new PrequentialEvaluator(classes, WINDOW);
    this.score = score;
  }

  @Override
  public void add(int truth, int predicted, double probabilityOfTruth, double confidence) {
    evaluator.add(truth, predicted);
  }

  @Override
  public double value() {
    return score.applyAsDouble(evaluator.overall());
  }
}
