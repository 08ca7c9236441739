// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;
import java.util.Arrays;

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

  /**
   * Computes how likely each source is, given an event's place and context.
   *
   * @param event counted from 0
   * @param context the context features
   * @param target receives a probability for each source
   */
  void posterior(long event, double[] context, double[] target);

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
        return atTurn(event);
      }

      @Override
      public void posterior(long event, double[] context, double[] target) {
        Arrays.fill(target, 0);
        target[atTurn(event)] = 1;
      }

      private int atTurn(long event) {
        return (int) (event / period % sources);
      }
    };
  }
}
