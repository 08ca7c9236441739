// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Labels that are on their way, with whatever is kept for each. They come in the order of their
 * times, those of one time in the order of their events. Memory grows with those that wait, not
 * with the stream.
 *
 * @param <T> what is kept
 */
public final class WaitingLabels<T> {
  private final PriorityQueue<Waiting<T>> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiting<T> one) -> one.times().label())
              .thenComparingLong(Waiting::event));

  /**
   * A label on its way.
   *
   * @param event number of its event
   */
  public record Waiting<T>(long event, EventTimes times, T kept) {}

  /** Lets a label wait that is not known by the time of its event. */
  public void add(long event, EventTimes times, T kept) {
    waiting.add(new Waiting<>(event, times, kept));
  }

  /** Removes the next label that is there before the events of this time. */
  public Optional<Waiting<T>> removeBefore(long time) {
    Waiting<T> next = waiting.peek();
    return next != null && next.times().label() < time
        ? Optional.of(waiting.remove())
        : Optional.empty();
  }

  /** How many wait. */
  public int size() {
    return waiting.size();
  }
}
