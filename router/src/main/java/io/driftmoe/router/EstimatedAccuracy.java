// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * How accurate predictions are expected to be whose labels have not come.
 *
 * @param accuracy expected share of right predictions, from 0 to 100
 * @param error half-width of the interval in which the accuracy that comes out should lie in about
 *     95 of 100 cases, from 0 to 100 points
 * @param predictions how many these are, at least 1
 * @param chance part of the variance of the number of right ones that would be there if all
 *     probabilities were right
 */
public record EstimatedAccuracy(double accuracy, double error, long predictions, double chance) {}
