// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * How many labels are asked for, and which. Labels that come without having been asked for are
 * learned all the same and cost nothing of it.
 *
 * @param share of the events whose labels are asked for, above 0 and below 1; see {@link
 *     LabelQuestions} for how exactly it is kept
 * @param choice which events they are
 */
public record LabelBudget(double share, Choice choice) {

  /** Which labels are asked for. */
  public enum Choice {
    /** Mostly those of events that the model is least sure of. */
    UNCERTAIN,
    /** Those of any events, each with the same probability. */
    RANDOM
  }

  /**
   * Checks the range.
   *
   * @param share of the events whose labels are asked for, above 0 and below 1
   * @param choice which events they are
   */
  public LabelBudget {
    Objects.requireNonNull(choice, "choice");
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1, both exclusive, got " + share);
    }
  }

  /**
   * The budget that prefers events that the model is least sure of.
   *
   * @param share of the events whose labels are asked for, above 0 and below 1
   * @return the budget
   */
  public static LabelBudget of(double share) {
    return new LabelBudget(share, Choice.UNCERTAIN);
  }

  /**
   * Reads a share as people write it.
   *
   * @param text a part of 1 or per cent: {@code 0.05}, {@code 5 %} or {@code 5%}
   * @return the share, whatever its range
   * @throws IllegalArgumentException when it is no number
   */
  public static double parseShare(String text) {
    String trimmed = text.trim();
    boolean perCent = trimmed.endsWith("%");
    String number = perCent ? trimmed.substring(0, trimmed.length() - 1).trim() : trimmed;
    try {
      double value = Double.parseDouble(number);
      return perCent ? value / 100 : value;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'%s' is no share, such as 5 %% or 0.05".formatted(text), e);
    }
  }
}
