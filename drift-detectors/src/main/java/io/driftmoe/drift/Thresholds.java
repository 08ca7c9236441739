// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/** Range checks of factories, by the name of the record's component. */
final class Thresholds {
  private Thresholds() {}

  /** Of observations that are counted or kept: a window of this length has 16 MB at most. */
  static final int MOST = 1_000_000;

  /** A number of observations, at most {@link #MOST}. */
  static void count(int least, String name, int value) {
    if (value < least || value > MOST) {
      throw new IllegalArgumentException(
          "%s must be from %s to %s: %s".formatted(name, least, MOST, value));
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be positive and finite: %s".formatted(name, value));
    }
  }

  /** A probability of which neither end makes sense. */
  static void probability(String name, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s must be greater than 0 and less than 1: %s".formatted(name, value));
    }
  }

  /** Warning comes before drift: small must be less than large. */
  static void ordered(String small, double smallValue, String large, double largeValue) {
    if (!(smallValue < largeValue)) {
      throw new IllegalArgumentException(
          "%s must be less than %s: %s, %s".formatted(small, large, smallValue, largeValue));
    }
  }
}
