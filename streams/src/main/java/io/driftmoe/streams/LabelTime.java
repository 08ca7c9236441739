// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.time.Duration;
import java.util.List;

/** When the label of an event becomes known. */
public sealed interface LabelTime {

  /** The columns of the file that say it, beside that of the time of the event. */
  List<String> columns();

  /**
   * At a time that the file records.
   *
   * @param name of the column that holds it
   */
  record InColumn(String name) implements LabelTime {
    @Override
    public List<String> columns() {
      return List.of(name);
    }
  }

  /**
   * Always the same time after the event.
   *
   * @param delay at least 0
   */
  record After(Duration delay) implements LabelTime {
    /** Rejects labels that are known before their events. */
    public After {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("delay must be at least 0, got " + delay);
      }
    }

    @Override
    public List<String> columns() {
      return List.of();
    }
  }

  /**
   * When a flight has landed: departure, and a minute for each 8 miles, and 40 minutes, and its
   * delay.
   *
   * @param miles column of the distance
   * @param delay column of the delay in minutes, negative when early
   */
  record Landing(String miles, String delay) implements LabelTime {
    @Override
    public List<String> columns() {
      return List.of(miles, delay);
    }
  }
}
