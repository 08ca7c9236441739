// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * How accurate predictions are expected to be whose labels have not come.
 *
 * @param accuracy expected share of right predictions, from 0 to 100
 * @param error half-width of the interval in which the accuracy that comes out should lie in about
 *     95 of 100 cases, from 0 to 100 points
 */
public record EstimatedAccuracy(double accuracy, double error) {}
