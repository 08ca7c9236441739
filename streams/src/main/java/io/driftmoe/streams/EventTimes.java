// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

/**
 * When an event happened and when its label became known, in epoch milliseconds.
 *
 * <p>A label that is known by the time of its event comes with it. Any other is there for the
 * events of later times than its own: those of the same time come first, as in a job that orders
 * its input by event time.
 */
public record EventTimes(long event, long label) {

  /**
   * Those of the event that a stream gave last.
   *
   * @throws IllegalArgumentException when it was opened without times
   */
  public static EventTimes of(LabeledStream stream) {
    return stream
        .times()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "stream '%s' was opened without times".formatted(stream.name())));
  }

  /** Whether the label comes with the event. */
  public boolean isLabelAtOnce() {
    return label <= event;
  }
}
