// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

/**
 * How much a {@link Fleet} keeps. A model takes at most its {@code model-bytes}; a new one takes
 * some kilobytes, and so does one that is packed while it is young.
 *
 * @param keys models of keys, at least 1; beyond it the one that was not used for longest is
 *     forgotten
 * @param live models of keys that are kept as objects, at least 1; the others are packed into
 *     bytes, those that were not used for longest first, which changes no prediction
 */
public record FleetLimits(int keys, int live) {
  /**
   * Checks the ranges.
   *
   * @param keys at least 1
   * @param live at least 1
   * @throws IllegalArgumentException naming the limit that is below 1
   */
  public FleetLimits {
    if (keys < 1) {
      throw new IllegalArgumentException("keys must be at least 1, got " + keys);
    }
    if (live < 1) {
      throw new IllegalArgumentException("live must be at least 1, got " + live);
    }
  }

  /** {@return 100,000 keys, 1,000 of them live} */
  public static FleetLimits defaults() {
    return new FleetLimits(100_000, 1_000);
  }
}
