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
 * @param question null where the label was not asked for, or all labels are welcome
 */
public record Forecast(
    int predicted, double[] probabilities, Object kept, @Nullable LabelQuestion question) {

  /** One whose label was not asked for. */
  public Forecast(int predicted, double[] probabilities, Object kept) {
    this(predicted, probabilities, kept, null);
  }
}
