// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

/**
 * A small seeded random generator whose whole state is one long, so that it fits into a snapshot.
 *
 * <p>Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
 */
public final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /**
   * A generator that continues from this seed, or from a {@link #state()} taken earlier.
   *
   * @param state any number; equal ones give equal sequences
   */
  public SplitMix64(long state) {
    this.state = state;
  }

  /** {@return the state to continue from} */
  public long state() {
    return state;
  }

  /** {@return 64 random bits} */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * Draws a number uniformly from [0, 1).
   *
   * @return a multiple of 2^-53
   */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /**
   * Draws a number uniformly from [0, 1).
   *
   * @return a multiple of 2^-24
   */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1.0p-24f;
  }

  /**
   * {@return a seed for part number i of something seeded with seed; different parts get unlike
   * seeds}
   *
   * @param seed of the whole
   * @param i number of the part, from 0
   */
  public static long derive(long seed, long i) {
    return mix(mix(seed + GOLDEN_GAMMA) + (i + 1) * GOLDEN_GAMMA);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
