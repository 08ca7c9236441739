// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** One number over all scored events of a run, computed as they come. */
interface Score {

  /**
   * Adds the next event; the arguments have been checked.
   *
   * @param truth class index
   * @param predicted class index
   * @param probabilityOfTruth given to the true class, from 0 to 1
   * @param confidence probability given to the predicted class, from 0 to 1
   */
  void add(int truth, int predicted, double probabilityOfTruth, double confidence);

  /**
   * Adds what came of a prediction set, after the event it belongs to.
   *
   * @param set of an event that has one
   */
  default void add(SetOutcome set) {}

  /**
   * Adds what was expected of a forecast, after the event it belongs to.
   *
   * @param right whether it was
   * @param expected probability that it is, from 0 to 1
   */
  default void addExpected(boolean right, double expected) {}

  /**
   * The number so far; 0 when there was no event, not a number for sets and expectations where
   * there are none.
   */
  double value();
}
