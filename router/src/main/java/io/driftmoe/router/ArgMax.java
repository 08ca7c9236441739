// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

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
}
