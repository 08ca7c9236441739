// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a file says when its events happened and when their labels became known.
 *
 * @param eventColumn column of the times of the events
 * @param labelTime when the label of an event becomes known
 */
public record RecordedTimes(String eventColumn, LabelTime labelTime) {
  /** Both are there. */
  public RecordedTimes {
    Objects.requireNonNull(eventColumn, "eventColumn");
    Objects.requireNonNull(labelTime, "labelTime");
  }

  /** The columns that are times and so no features. */
  public List<String> leftOut() {
    return labelTime instanceof LabelTime.InColumn known
        ? List.of(eventColumn, known.name())
        : List.of(eventColumn);
  }

  /** The columns that the times are read from, that of the events first. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>();
    columns.add(eventColumn);
    columns.addAll(labelTime.columns());
    return columns;
  }
}
