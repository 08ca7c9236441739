// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.experts.ensembles.Poisson;

/**
 * Draws from Poisson(share · mean) for shares from 0 to 1, rounded up to a multiple of 1/{@value
 * #STEPS} so that tables can be made beforehand.
 */
final class ThinnedPoisson {
  private static final int STEPS = 64;

  private final Poisson[] byShare = new Poisson[STEPS + 1];

  ThinnedPoisson(double mean) {
    for (int s = 1; s <= STEPS; s++) {
      byShare[s] = new Poisson(mean * s / STEPS);
    }
  }

  /**
   * @param share above 0, at most 1
   */
  int draw(double share, SplitMix64 random) {
    return byShare[(int) Math.ceil(share * STEPS)].draw(random);
  }
}
