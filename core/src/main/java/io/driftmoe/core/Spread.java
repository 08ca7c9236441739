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
    int middle = values.length / 2;
    double center = values[middle];
    int below = middle;
    while (below > 0 && values[below - 1] == center) {
      below--;
    }
    int above = middle + 1;
    while (above < values.length && values[above] == center) {
      above++;
    }
    int apart = below + values.length - above;
    double scale = 0;
    // the nearest on either side in turn, as far as the quartile
    for (int left = apart == 0 ? 0 : 3 * (apart - 1) / 4 + 1; left > 0; left--) {
      double under = below > 0 ? center - values[below - 1] : Double.POSITIVE_INFINITY;
      double over = above < values.length ? values[above] - center : Double.POSITIVE_INFINITY;
      scale = Math.min(under, over);
      if (under <= over) {
        below--;
      } else {
        above++;
      }
    }
    return new Spread(center, scale);
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
