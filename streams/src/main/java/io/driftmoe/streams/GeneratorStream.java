// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import moa.streams.ExampleStream;

/** The first events of a MOA generator whose class is its last attribute. */
final class GeneratorStream implements LabeledStream {
  private final String name;
  private final ExampleStream<?> generator;
  private final long events;
  private final List<PlantedDrift> drifts;
  private final StreamSchema schema;
  private final double[] values;
  private long given;

  GeneratorStream(String name, ExampleStream<?> generator, long events, List<PlantedDrift> drifts) {
    this.name = name;
    this.generator = generator;
    this.events = events;
    this.drifts = drifts;
    this.schema = schemaOf(generator.getHeader());
    this.values = new double[schema.features()];
  }

  private static StreamSchema schemaOf(InstancesHeader header) {
    List<Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < header.numAttributes() - 1; i++) {
      com.yahoo.labs.samoa.instances.Attribute attribute = header.attribute(i);
      attributes.add(
          attribute.isNominal()
              ? Attribute.nominal(attribute.name(), attribute.getAttributeValues())
              : Attribute.numeric(attribute.name()));
    }
    return new StreamSchema(
        attributes, new LabelSpace(header.classAttribute().getAttributeValues()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StreamSchema schema() {
    return schema;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(events);
  }

  @Override
  public List<PlantedDrift> plantedDrifts() {
    return drifts;
  }

  @Override
  public boolean hasNext() {
    return given < events;
  }

  @Override
  public LabeledExample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("stream " + name + " has " + events + " events");
    }
    given++;
    Instance instance = (Instance) generator.nextInstance().getData();
    for (int i = 0; i < values.length; i++) {
      values[i] = instance.value(i);
    }
    return new LabeledExample(FeatureVector.of(values), (int) instance.classValue());
  }

  @Override
  public void close() {
    // holds nothing
  }
}
