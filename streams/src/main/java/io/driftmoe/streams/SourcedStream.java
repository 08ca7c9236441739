// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A stream with what is known of each event's source behind its attributes. */
final class SourcedStream implements LabeledStream {
  private final LabeledStream stream;
  private final EventSources sources;
  private final SourceKnowledge knowledge;
  private final StreamSchema schema;
  private final double[] told;
  private final double[] values;

  SourcedStream(LabeledStream stream, EventSources sources, int count, SourceKnowledge knowledge) {
    this.stream = stream;
    this.sources = sources;
    this.knowledge = knowledge;
    List<Attribute> attributes = new ArrayList<>(stream.schema().attributes());
    for (int source = 0; source < count; source++) {
      attributes.add(Attribute.numeric("source" + source));
    }
    this.schema = new StreamSchema(attributes, stream.schema().labels());
    this.told = new double[count];
    this.values = new double[attributes.size()];
  }

  @Override
  public String name() {
    return stream.name();
  }

  @Override
  public StreamSchema schema() {
    return schema;
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
    LabeledExample event = stream.next();
    sources.tell(event.features(), knowledge, told);
    event.features().copyTo(values);
    System.arraycopy(told, 0, values, event.features().size(), told.length);
    return new LabeledExample(FeatureVector.of(values), event.label());
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
