// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;

/** Labelled examples as MOA's learners take them. */
final class RawInstances {
  private RawInstances() {}

  static Instance of(StreamSchema schema, LabeledExample example, double weight) {
    double[] values = new double[schema.features() + 1];
    example.features().copyTo(values);
    values[schema.features()] = example.label();
    Instance instance = new DenseInstance(weight, values);
    instance.setDataset(MoaHeaders.of(schema));
    return instance;
  }
}
