// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.Arrays;

/**
 * Mean and spread of some values.
 *
 * @param mean NaN without values
 * @param sd sample standard deviation; NaN below two values
 * @param count of the values
 */
record Summary(double mean, double sd, int count) {

  /** Of those values that are numbers. */
  static Summary of(double... values) {
    double[] known = Arrays.stream(values).filter(Double::isFinite).toArray();
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    double squares = Arrays.stream(known).map(value -> (value - mean) * (value - mean)).sum();
    double sd = known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1));
    return new Summary(mean, sd, known.length);
  }

  /** Geometric mean of the positive values; NaN without any. */
  static double geometricMean(double... values) {
    double logs =
        Arrays.stream(values)
            .filter(value -> Double.isFinite(value) && value > 0)
            .map(Math::log)
            .average()
            .orElse(Double.NaN);
    return Math.exp(logs);
  }

  /** Mean, and spread when it is known. */
  String text(int decimals) {
    String centre = Numbers.fixed(mean, decimals);
    return Double.isNaN(sd) ? centre : centre + " ± " + Numbers.fixed(sd, decimals);
  }
}
