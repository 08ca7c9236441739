// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A stream under another name. */
record NamedStream(String name, LabeledStream stream) implements LabeledStream {

  @Override
  public StreamSchema schema() {
    return stream.schema();
  }

  @Override
  public OptionalLong length() {
    return stream.length();
  }

  @Override
  public List<PlantedDrift> plantedDrifts() {
    return stream.plantedDrifts();
  }

  @Override
  public boolean hasNext() {
    return stream.hasNext();
  }

  @Override
  public LabeledExample next() {
    return stream.next();
  }

  @Override
  public Optional<EventTimes> times() {
    return stream.times();
  }

  @Override
  public void close() {
    stream.close();
  }
}
