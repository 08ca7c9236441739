// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import org.jspecify.annotations.Nullable;

/**
 * What became of a candidate.
 *
 * @param events that it learned
 * @param accuracy share of these that it predicted rightly; NaN of none
 * @param cost as far as it ran; null where it did not
 * @param fate what became of it
 * @param why the candidate that is better, or what is beyond the budget; empty for those that ran
 *     to the end within it
 * @param decidedAfter the event at which its fate was decided; it may have learned some more
 */
public record Standing(
    Candidate candidate,
    long events,
    double accuracy,
    @Nullable Cost cost,
    Fate fate,
    String why,
    long decidedAfter) {

  /** What may become of a candidate. */
  public enum Fate {
    /** The most accurate of those that are left. */
    CHOSEN,
    /** Not shown to be worse than another one. */
    LEFT,
    /** Another one, within the budget, is better. */
    BEATEN,
    /** It costs more than the budget. */
    BEYOND,
    /** It cannot learn these events. */
    UNFIT
  }

  Standing as(Fate other) {
    return new Standing(candidate, events, accuracy, cost, other, why, decidedAfter);
  }
}
