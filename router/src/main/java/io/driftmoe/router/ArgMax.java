// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The one rule for ties: the lowest index wins. */
final class ArgMax {
  private ArgMax() {}

  /** Index of the largest value. */
  static int of(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Indices of the values, that of the largest first. */
  static int[] falling(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -values[i])) // stable
        .mapToInt(i -> i)
        .toArray();
  }
}
