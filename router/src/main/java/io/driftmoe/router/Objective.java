// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * What the predicted classes are to maximise. It chooses the class from the probabilities of the
 * mixture; what the mixture learns is the same under every objective.
 */
public enum Objective {
  /** The share of right predictions: the most probable class is predicted. */
  ACCURACY,
  /**
   * The mean of the recalls of the classes: rare classes are predicted sooner. A class that no
   * label has shown is never predicted.
   */
  BALANCED_ACCURACY,
  /**
   * The geometric mean of the recalls of the classes that have occurred, which the class with the
   * lowest recall moves most. A class that no label has shown is never predicted.
   */
  G_MEAN
}
