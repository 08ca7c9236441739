// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Arrays;

/**
 * Who is asked about an event where time is short. Each level leaves out more, in this order:
 *
 * <ol>
 *   <li>experts that consist of specialists, which cost most;
 *   <li>of the others, the half with the smaller weights, the smaller half where they are odd;
 *   <li>all but the one with the largest weight.
 * </ol>
 *
 * <p>Weights are those of the gates for this event. An expert that is left out has no weight: it is
 * not asked and does not learn the event; nothing it has learned is lost. Where only specialists
 * have weight, they are chosen among likewise.
 */
final class LoadLevels {
  static final int NONE = 0;

  /** The level that asks fewest experts. */
  static final int MOST = 3;

  private static final int BEST_HALF = 2;

  /** An expert that is asked differs from one that is not even when it has no weight. */
  private static final double SMALLEST_WEIGHT = 1e-12;

  private LoadLevels() {}

  static void check(int level) {
    if (level < NONE || level > MOST) {
      throw new IllegalArgumentException(
          "load level must be from %s to %s, got %s".formatted(NONE, MOST, level));
    }
  }

  /**
   * Takes the weights of experts that are left out away.
   *
   * @param level above 0
   * @param specialists which experts consist of specialists
   * @param asleep whether experts without weight are those that do not attend; else all may be
   *     asked
   * @param weights of all experts, summing to 1; those that are asked keep theirs, normalised; 0
   *     for the others
   */
  static void choose(int level, boolean[] specialists, boolean asleep, double[] weights) {
    int experts = weights.length;
    boolean[] candidates = new boolean[experts];
    int plain = 0;
    int all = 0;
    for (int e = 0; e < experts; e++) {
      candidates[e] = !asleep || weights[e] > 0;
      all += candidates[e] ? 1 : 0;
      plain += candidates[e] && !specialists[e] ? 1 : 0;
    }
    int left = plain > 0 ? plain : all;
    int asked = level == MOST ? 1 : level == BEST_HALF ? (left + 1) / 2 : left;
    boolean[] chosen = new boolean[experts];
    for (int e : ArgMax.falling(weights)) {
      if (asked > 0 && candidates[e] && !(plain > 0 && specialists[e])) {
        chosen[e] = true;
        asked--;
      }
    }
    double kept = 0;
    for (int e = 0; e < experts; e++) {
      weights[e] = chosen[e] ? Math.max(weights[e], SMALLEST_WEIGHT) : 0;
      kept += weights[e];
    }
    double sum = kept;
    Arrays.setAll(weights, e -> weights[e] / sum);
  }
}
