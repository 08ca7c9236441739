// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/** Which source an event of a {@link RegimeStream} comes from, and what its context tells of it. */
interface RegimeContext {
  /** Number of context features. */
  int FEATURES = 3;

  /** Number of sources. */
  int sources();

  /**
   * Draws the next event's source and context.
   *
   * @param event counted from 0
   * @param context receives the context features
   * @return the source, from 0
   */
  int draw(long event, SplitMix64 random, double[] context);

  /** Sources take turns, each for so many events; the context is uniform and tells nothing. */
  static RegimeContext inTurn(int sources, long period) {
    return new RegimeContext() {
      @Override
      public int sources() {
        return sources;
      }

      @Override
      public int draw(long event, SplitMix64 random, double[] context) {
        for (int i = 0; i < FEATURES; i++) {
          context[i] = random.nextDouble();
        }
        return (int) (event / period % sources);
      }
    };
  }
}
