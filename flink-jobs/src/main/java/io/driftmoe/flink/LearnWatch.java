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
   * After it was learned.
   *
   * @param prediction of its event, as it waited
   * @param label index of the class
   */
  void learned(PendingPrediction prediction, int label);
}
