// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * A part of a mixture threw, or gave numbers that mean nothing. A fresh one has taken its place.
 *
 * @param part what it was
 * @param position of an expert or a gate, from 0; 0 for what there is one of
 * @param doing what it was to do, such as {@code to predict}
 * @param cause what it threw, or what was wrong with its numbers
 */
public record PartFailure(Part part, int position, String doing, Throwable cause) {

  /** What a mixture has. */
  public enum Part {
    /** A learner. */
    EXPERT,
    /** What weighs the experts. */
    GATE,
    /** What watches the errors of the mixture. */
    DETECTOR,
    /** What scores the predictions. */
    EVALUATION,
    /** What decides which experts are replaced. */
    LIFECYCLE,
    /** What decides which experts are paused. */
    ATTENDANCE,
    /** What corrects predictions by the last labels. */
    LABEL_MEMORY,
    /** What corrects probabilities. */
    CALIBRATION,
    /** What chooses the predicted class for another objective than accuracy. */
    CHOICE,
    /** What makes prediction sets. */
    PREDICTION_SETS,
    /** What estimates the accuracy of predictions that wait for their labels. */
    ACCURACY_ESTIMATE,
    /** What watches inputs and predictions before labels come. */
    INPUT_WATCH
  }

  /**
   * Rejects what is missing.
   *
   * @param part what it was
   * @param position of an expert or a gate, from 0; 0 for what there is one of
   * @param doing what it was to do
   * @param cause what it threw, or what was wrong with its numbers
   */
  public PartFailure {
    Objects.requireNonNull(part, "part");
    Objects.requireNonNull(doing, "doing");
    Objects.requireNonNull(cause, "cause");
  }
}
