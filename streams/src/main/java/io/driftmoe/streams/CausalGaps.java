// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/**
 * Which values of a causal stream nobody sees, each feature in a way of its own (Rubin: Inference
 * and missing data, Biometrika 63, 1976):
 *
 * <ul>
 *   <li>x2: one in twenty, by chance;
 *   <li>x4: often while x1 is high, which all see (missing at random);
 *   <li>x6: for some thirty events on end, as when a sensor is away;
 *   <li>x7: often when it is high itself (missing not at random).
 * </ul>
 */
final class CausalGaps {
  static final int BY_CHANCE = 1;
  static final int CAUSE_OF_GAPS = 0;
  static final int BY_ANOTHER = 3;
  static final int AWAY = 5;
  static final int BY_ITSELF = 6;

  private static final double CHANCE = 0.05;
  private static final double OFTEN = 0.6;
  private static final double HIGH = 0.8;
  private static final double GO = 0.003;
  private static final double COME_BACK = 1 / 30.0;

  private boolean away;

  /**
   * Puts NaN in the place of what is missing. Draws as many numbers for every event, so that gaps
   * change nothing else.
   *
   * @param values of the numeric features, in their order
   */
  void hide(double[] values, SplitMix64 random) {
    boolean cause = values[CAUSE_OF_GAPS] > HIGH;
    boolean itself = values[BY_ITSELF] > HIGH;
    hide(values, BY_CHANCE, random.nextDouble() < CHANCE);
    hide(values, BY_ANOTHER, random.nextDouble() < OFTEN && cause);
    away = random.nextDouble() < (away ? 1 - COME_BACK : GO);
    hide(values, AWAY, away);
    hide(values, BY_ITSELF, random.nextDouble() < OFTEN && itself);
  }

  private static void hide(double[] values, int feature, boolean missing) {
    if (missing) {
      values[feature] = Double.NaN;
    }
  }
}
