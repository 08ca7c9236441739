// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Arrays;

/**
 * Where some values lie, whatever a few of them are: what lies within {@code center ± 60 scale} is
 * ordinary.
 *
 * @param center their median
 * @param scale upper quartile of their distances from it that are not 0; 0 where all are equal.
 *     Distances of 0 are left out so that a quantity that is mostly the same, such as an indicator,
 *     has a scale
 */
public record Spread(double center, double scale) {
  private static final double HALF_WIDTH = 60;

  /**
   * Looks at values.
   *
   * @param values at least one, none NaN; they are sorted
   * @return where they lie
   */
  public static Spread of(double[] values) {
    Arrays.sort(values);
    double center = values[values.length / 2];
    double[] distances = new double[values.length];
    int apart = 0;
    for (double value : values) {
      double distance = Math.abs(value - center);
      if (distance > 0) {
        distances[apart++] = distance;
      }
    }
    Arrays.sort(distances, 0, apart);
    return new Spread(center, apart == 0 ? 0 : distances[3 * (apart - 1) / 4]);
  }

  /** {@return the smallest ordinary value} */
  public double low() {
    return center - HALF_WIDTH * scale;
  }

  /** {@return the largest ordinary value} */
  public double high() {
    return center + HALF_WIDTH * scale;
  }
}
