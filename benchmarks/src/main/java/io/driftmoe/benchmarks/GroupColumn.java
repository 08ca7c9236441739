// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The nominal attribute that says to which group an event belongs.
 *
 * @param schema with the attribute
 * @param position of the attribute
 * @param rest the schema without it
 */
record GroupColumn(StreamSchema schema, int position, StreamSchema rest) {
  /** What events are called that say no group. */
  private static final String MISSING = "?";

  /**
   * Finds it.
   *
   * @throws IllegalArgumentException when there is no nominal attribute of this name, or no other
   */
  static GroupColumn of(StreamSchema schema, String name) {
    for (int a = 0; a < schema.features(); a++) {
      Attribute attribute = schema.attributes().get(a);
      if (attribute.name().equals(name)) {
        if (attribute.values().isEmpty()) {
          throw new IllegalArgumentException("group '%s' must be nominal".formatted(name));
        }
        List<Attribute> others = new ArrayList<>(schema.attributes());
        others.remove(a);
        if (others.isEmpty()) {
          throw new IllegalArgumentException("'%s' is the only attribute".formatted(name));
        }
        return new GroupColumn(schema, a, new StreamSchema(others, schema.labels()));
      }
    }
    throw new IllegalArgumentException(
        "there is no attribute '%s'; there are %s"
            .formatted(name, schema.attributes().stream().map(Attribute::name).toList()));
  }

  /** The group of an event. */
  String groupOf(FeatureVector features) {
    return features.isMissing(position)
        ? MISSING
        : schema.attributes().get(position).values().get((int) features.get(position));
  }

  /** The event without its group. */
  FeatureVector without(FeatureVector features) {
    double[] values = new double[features.size()];
    features.copyTo(values);
    double[] others = new double[values.length - 1];
    System.arraycopy(values, 0, others, 0, position);
    System.arraycopy(values, position + 1, others, position, others.length - position);
    return FeatureVector.of(others);
  }
}
