// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * When experts that consist of specialists are paused and resumed. They cost several times as much
 * as others, and take longer to show what they are worth: specialists must have found their regions
 * first. So their trials are longer, but one that plainly does harm ends at once, and all that have
 * failed are paused together.
 *
 * <p>The longer a pause lasts, the fewer events are attended: nearly all specialists are asked
 * about each. A drift, which brings another trial, or a gain that resumes the expert ends the
 * pause. Evidence of a gain comes from the attended events alone: with three halvings it may take
 * eight times as many events of the stream.
 *
 * <p>What is plain is told by a bet: one who began with 1 and with each event stakes what he has on
 * a loss, which pays {@code leastGain - gain}, with gains bounded to half a nat, has {@code
 * against} now. If the expert were worth its place at every event, that would ever happen in one of
 * {@code against} streams at most (Ville's inequality), however often one looks. The same bet on a
 * gain resumes one that is paused. Specialists are of less use at first than later, so more
 * evidence is asked for against them than for them.
 *
 * @param first judged events before one is paused only because its gain is below the least, 1 to
 *     1,000,000,000
 * @param again the same of one that has been paused before, 1 to 1,000,000,000
 * @param against evidence that pauses one sooner, above 1, finite
 * @param inFavour evidence that resumes one, above 1, finite
 * @param halvings how often at most the share of the events that a paused one attends is halved,
 *     once when the pause has lasted as long as the next trial and then whenever that doubles, 0 to
 *     20
 */
public record SpecialistTrials(
    int first, int again, double against, double inFavour, int halvings) {
  private static final int MOST_HALVINGS = 20;

  /**
   * Checks the ranges.
   *
   * @param first events, 1 to 1,000,000,000
   * @param again events, 1 to 1,000,000,000
   * @param against above 1, finite
   * @param inFavour above 1, finite
   * @param halvings 0 to 20
   * @throws IllegalArgumentException naming the value that is out of its range
   */
  public SpecialistTrials {
    AttendanceConfig.check(1, "first", first);
    AttendanceConfig.check(1, "again", again);
    check("against", against);
    check("inFavour", inFavour);
    if (halvings < 0 || halvings > MOST_HALVINGS) {
      throw new IllegalArgumentException(
          "halvings must be from 0 to %s, got %s".formatted(MOST_HALVINGS, halvings));
    }
  }

  private static void check(String name, double evidence) {
    if (!(evidence > 1) || Double.isInfinite(evidence)) {
      throw new IllegalArgumentException(name + " must be above 1 and finite, got " + evidence);
    }
  }

  /**
   * {@return 4,000 events, 1,000 the next time; 10,000 to 1 against, 20 to 1 in favour; 3 times}
   */
  public static SpecialistTrials defaults() {
    return new SpecialistTrials(4000, 1000, 10_000, 20, 3);
  }
}
