// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.SplitMix64;

/**
 * The parts of a stream's seed.
 *
 * <p>Concept i of a stream is generated from part i, drift i draws from part 100 + i, what a
 * concept is made of (centroids, a tree) is drawn from part 200 + i. Each concept thus has events
 * of its own; with one seed for all, concepts would repeat each other's random numbers. Streams
 * that are not MOA's take parts from 300.
 */
final class Seeds {
  private static final int DRIFTS = 100;
  private static final int MODELS = 200;
  private static final int OWN = 300;

  private Seeds() {}

  static int concept(long seed, int i) {
    return moa(seed, i);
  }

  static int drift(long seed, int i) {
    return moa(seed, DRIFTS + i);
  }

  static int model(long seed, int i) {
    return moa(seed, MODELS + i);
  }

  static SplitMix64 own(long seed, int i) {
    return new SplitMix64(SplitMix64.derive(seed, OWN + i));
  }

  /** 31 bits, since MOA's seeds are ints that its command line can take. */
  private static int moa(long seed, int part) {
    return (int) (SplitMix64.derive(seed, part) >>> 33);
  }
}
