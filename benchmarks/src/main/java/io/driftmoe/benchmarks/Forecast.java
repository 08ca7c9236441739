// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * What a learner said about one event.
 *
 * @param predicted class index
 * @param probabilities one per class, summing to 1
 * @param kept what the learner needs again when it learns the label
 */
public record Forecast(int predicted, double[] probabilities, Object kept) {}
