// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.time.Duration;
import java.util.Locale;

/**
 * How the labels of a stream come at their recorded times.
 *
 * @param events of the stream
 * @param atOnce labels that come with their events
 * @param later labels that come after it and before the last event
 * @param most labels that wait at one time
 * @param longest time from an event to its label, of those that come
 */
public record LabelWaits(long events, long atOnce, long later, int most, Duration longest) {

  /**
   * Goes through a stream that was opened with times, to its end.
   *
   * @throws IllegalArgumentException when it was opened without
   * @throws java.io.UncheckedIOException when a row is at fault, naming file and line
   */
  public static LabelWaits of(LabeledStream stream) {
    WaitingLabels<Boolean> waiting = new WaitingLabels<>();
    long events = 0;
    long atOnce = 0;
    long later = 0;
    int most = 0;
    long longest = 0;
    for (; stream.hasNext(); events++) {
      stream.next();
      EventTimes times = EventTimes.of(stream);
      for (var next = waiting.removeBefore(times.event());
          next.isPresent();
          next = waiting.removeBefore(times.event())) {
        later++;
        longest = Math.max(longest, next.get().times().label() - next.get().times().event());
      }
      if (times.isLabelAtOnce()) {
        atOnce++;
      } else {
        waiting.add(events, times, true);
        most = Math.max(most, waiting.size());
      }
    }
    return new LabelWaits(events, atOnce, later, most, Duration.ofMillis(longest));
  }

  /** Labels that are not known before the last event. */
  public long never() {
    return events - atOnce - later;
  }

  /** One line. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%,d labels come with their events, %,d later, after %s at most, and %,d not before the"
            + " last event; at most %,d wait at one time",
        atOnce,
        later,
        words(longest),
        never(),
        most);
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    if (duration.toHours() > 1) {
      return duration.toHours() + " h";
    }
    return duration.toMinutes() > 1 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
  }
}
