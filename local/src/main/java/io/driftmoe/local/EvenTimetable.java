// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.streams.LabeledStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/** Events at even intervals, labels a number of events later. */
final class EvenTimetable implements Timetable {
  private final EventProducer.Settings settings;
  private final Queue<LateLabel> late =
      new PriorityQueue<>(
          Comparator.comparingLong(LateLabel::due).thenComparingLong(LateLabel::event));

  /**
   * A label that is to come.
   *
   * @param event number of its event
   * @param due number of the event after which it is sent
   */
  private record LateLabel(long event, long due, String label) {}

  EvenTimetable(EventProducer.Settings settings) {
    this.settings = settings;
  }

  @Override
  public Turn take(long event, LabeledStream stream, String label) {
    long delay = settings.labelDelay().of(event);
    if (delay > 0) {
      late.add(new LateLabel(event, event + delay, label));
    }
    return new Turn(List.of(), settings.eventTime(event), delay <= 0, dueBy(event));
  }

  private List<Due> dueBy(long event) {
    List<Due> due = new ArrayList<>();
    for (LateLabel next = late.peek(); next != null && next.due <= event; next = late.peek()) {
      due.add(due(late.remove()));
    }
    return due;
  }

  private Due due(LateLabel label) {
    return new Due(label.event, settings.eventTime(label.due), label.label);
  }

  @Override
  public List<Due> rest() {
    List<Due> due = new ArrayList<>();
    while (!late.isEmpty()) {
      due.add(due(late.remove()));
    }
    return due;
  }

  @Override
  public long unsent() {
    return 0;
  }
}
