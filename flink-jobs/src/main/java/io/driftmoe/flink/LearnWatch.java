// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.PendingPrediction;

/** Is told of each event that a model predicts and of each label that it learns. */
interface LearnWatch {
  /**
   * Before the model learns anything more.
   *
   * @param event as it was read
   * @param prediction that was made for it
   */
  default void predicted(SourceRecord.Features event, PendingPrediction prediction) {}

  /**
   * Before a label is asked for, which is not done where it is here already.
   *
   * @param isHere whether it is
   * @return whether it is to count as being here
   */
  default boolean isLabelHere(boolean isHere) {
    return isHere;
  }

  /**
   * Before an event is predicted.
   *
   * @param own level of load of this run
   * @return the level at which it is predicted
   */
  default int loadLevel(int own) {
    return own;
  }

  /**
   * After it was learned.
   *
   * @param prediction of its event, as it waited
   * @param label index of the class
   */
  void learned(PendingPrediction prediction, int label);
}
