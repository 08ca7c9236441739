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
import moa.streams.ExampleStream;

/** The first events of a MOA generator whose class is its last attribute. */
final class GeneratorStream extends MadeStream {
  private final ExampleStream<?> generator;
  private final double[] values;

  GeneratorStream(String name, ExampleStream<?> generator, long events, List<PlantedDrift> drifts) {
    super(name, schemaOf(generator.getHeader()), events, drifts);
    this.generator = generator;
    this.values = new double[schema().features()];
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
  LabeledExample make(long number) {
    Instance instance = (Instance) generator.nextInstance().getData();
    for (int i = 0; i < values.length; i++) {
      values[i] = instance.value(i);
    }
    return new LabeledExample(FeatureVector.of(values), (int) instance.classValue());
  }
}
