// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.LabelDelay;

/** Labels that somebody delays while a stream is sent. Thread-safe. */
final class DelayedByHand implements LabelDelay {
  /** Events whose labels are late, each time. */
  static final long EVENTS = 10_000;

  /** By how many events; less than the hour of event time after which the demo gives them up. */
  static final long LATER = 2_500;

  private final long usual;
  private long next;
  private long end;

  /**
   * @param usual delay in events, from 0
   */
  DelayedByHand(long usual) {
    this.usual = usual;
  }

  @Override
  public synchronized long of(long event) {
    next = event + 1;
    return event < end ? usual + LATER : usual;
  }

  /**
   * Delays the labels of the next events.
   *
   * @return the event, counted from 0, with which it begins
   */
  synchronized long delay() {
    end = next + EVENTS;
    return next;
  }
}
