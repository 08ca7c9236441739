// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.EventTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A protocol at work: predicts events in order and hands labels to the learner when they are due.
 * What happens in here is what is measured, so it keeps no books.
 */
interface Trial {

  /**
   * Predicts one event and learns every label that is due, before or after it.
   *
   * @param event index, from 0
   * @param times of the event and its label; null where the stream was not asked for them
   * @param learned receives what was learned, in order
   * @return the forecast for this event
   */
  Forecast next(
      long event, LabeledExample example, @Nullable EventTimes times, List<Lesson> learned);

  /** Which of the learners an event tests. */
  int tested(long event);

  /** The learners that take part. */
  List<Learner> learners();

  /**
   * A label that was learned.
   *
   * @param at index of the event predicted last before
   * @param error whether the forecast had been wrong
   * @param alarm whether the learner reported a drift
   */
  record Lesson(long at, boolean error, boolean alarm) {}
}
