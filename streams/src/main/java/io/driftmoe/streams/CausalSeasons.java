// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/**
 * The calendar of a causal stream: an event an hour, {@value #DAY} a day, seven days a week, the
 * last two of them a weekend.
 */
final class CausalSeasons {
  static final int DAY = 24;
  private static final int DAYS = 7;
  private static final int WORKING_DAYS = 5;
  private static final double[] WAVE = wave();

  private CausalSeasons() {}

  private static double[] wave() {
    double[] wave = new double[DAY];
    for (int hour = 0; hour < DAY; hour++) {
      wave[hour] = StrictMath.sin(2 * StrictMath.PI * hour / DAY); // the same bits everywhere
    }
    return wave;
  }

  /** Hour of the day, from 0. */
  static int hour(long event) {
    return (int) Math.floorMod(event, (long) DAY);
  }

  /** Where the day's wave is, from -1 to 1. */
  static double wave(long event, int phase) {
    return WAVE[hour(event + phase)];
  }

  static boolean isWeekend(long event) {
    return Math.floorMod(Math.floorDiv(event, (long) DAY), (long) DAYS) >= WORKING_DAYS;
  }
}
