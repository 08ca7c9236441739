// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

/**
 * Draws from a Poisson distribution by inverting its table: the k-th draw is the lowest k whose
 * cumulative probability exceeds a uniform number. What lies beyond the table (less than 1e-12)
 * counts as its last value.
 */
public final class Poisson {
  private static final double TAIL = 1e-12;

  private final double[] cumulative;

  /**
   * @param mean greater than 0, at most 100
   */
  public Poisson(double mean) {
    double[] table = new double[400];
    double probability = StrictMath.exp(-mean);
    double sum = 0;
    int k = 0;
    while (sum < 1 - TAIL && k < table.length) {
      sum += probability;
      table[k++] = sum;
      probability *= mean / k;
    }
    this.cumulative = Arrays.copyOf(table, k);
  }

  /**
   * {@return a draw, at least 0}
   *
   * @param random gives one uniform number a draw
   */
  public int draw(SplitMix64 random) {
    double u = random.nextDouble();
    int k = 0;
    while (k < cumulative.length - 1 && cumulative[k] <= u) {
      k++;
    }
    return k;
  }
}
