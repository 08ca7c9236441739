// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.streams.EventTimes;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.WaitingLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Events and labels at the times that the stream recorded. */
final class RecordedTimetable implements Timetable {
  private final WaitingLabels<String> waiting = new WaitingLabels<>();

  @Override
  public Turn take(long event, LabeledStream stream, String label) {
    EventTimes times = EventTimes.of(stream);
    List<Due> before = new ArrayList<>();
    for (Optional<WaitingLabels.Waiting<String>> known = waiting.removeBefore(times.event());
        known.isPresent();
        known = waiting.removeBefore(times.event())) {
      WaitingLabels.Waiting<String> one = known.get();
      before.add(new Due(one.event(), one.times().label(), one.kept()));
    }
    if (!times.isLabelAtOnce()) {
      waiting.add(event, times, label);
    }
    return new Turn(before, times.event(), times.isLabelAtOnce(), List.of());
  }

  @Override
  public List<Due> rest() {
    return List.of();
  }

  @Override
  public long unsent() {
    return waiting.size();
  }
}
