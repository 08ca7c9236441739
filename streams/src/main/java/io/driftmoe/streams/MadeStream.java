// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/** A number of events that are made, not read. */
abstract class MadeStream implements LabeledStream {
  private final String name;
  private final StreamSchema schema;
  private final long events;
  private final List<PlantedDrift> drifts;
  private long given;

  MadeStream(String name, StreamSchema schema, long events, List<PlantedDrift> drifts) {
    this.name = name;
    this.schema = schema;
    this.events = events;
    this.drifts = drifts;
  }

  /**
   * Makes an event.
   *
   * @param number of events that were given before
   */
  abstract LabeledExample make(long number);

  /** How many events were given. */
  final long given() {
    return given;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final StreamSchema schema() {
    return schema;
  }

  @Override
  public final OptionalLong length() {
    return OptionalLong.of(events);
  }

  @Override
  public final List<PlantedDrift> plantedDrifts() {
    return drifts;
  }

  @Override
  public final boolean hasNext() {
    return given < events;
  }

  @Override
  public final LabeledExample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("stream " + name + " has " + events + " events");
    }
    LabeledExample made = make(given);
    given++;
    return made;
  }

  @Override
  public final void close() {
    // holds nothing
  }
}
