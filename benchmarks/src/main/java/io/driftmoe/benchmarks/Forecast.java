// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.LabelQuestion;
import org.jspecify.annotations.Nullable;

/**
 * What a learner said about one event.
 *
 * @param predicted class index
 * @param probabilities one per class, summing to 1
 * @param kept what the learner needs again when it learns the label
 * @param set indices of the classes in the prediction set, in rising order; null where there is
 *     none
 * @param expected probability that the forecast is right, as it is estimated without its label, 0
 *     to 1; NaN where it is not
 * @param question null where the label was not asked for, or all labels are welcome
 */
public record Forecast(
    int predicted,
    double[] probabilities,
    Object kept,
    int @Nullable [] set,
    double expected,
    @Nullable LabelQuestion question) {

  /** One without a prediction set and an estimate, whose label was not asked for. */
  public Forecast(int predicted, double[] probabilities, Object kept) {
    this(predicted, probabilities, kept, null, Double.NaN, null);
  }

  /**
   * The same forecast with its label asked for.
   *
   * @param learned what the learner needs again
   */
  Forecast asking(Object learned, LabelQuestion asked) {
    return new Forecast(predicted, probabilities, learned, set, expected, asked);
  }
}
