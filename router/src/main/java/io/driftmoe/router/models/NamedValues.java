// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts values that are known by the names of their attributes into the order of a schema. */
final class NamedValues {
  private final List<Attribute> attributes;
  private final Map<String, Integer> positions = new HashMap<>();

  /** Of each attribute the positions of its values; none of a numeric one. */
  private final List<Map<String, Integer>> values;

  NamedValues(StreamSchema schema) {
    attributes = schema.attributes();
    for (int i = 0; i < attributes.size(); i++) {
      positions.put(attributes.get(i).name(), i);
    }
    values = attributes.stream().map(NamedValues::positions).toList();
  }

  private static Map<String, Integer> positions(Attribute attribute) {
    Map<String, Integer> positions = new HashMap<>();
    for (String value : attribute.values()) {
      positions.put(value, positions.size());
    }
    return positions;
  }

  /**
   * The values in order. One that is not named, null, or no declared value of a nominal attribute
   * is missing.
   *
   * @throws IllegalArgumentException when a name is none of an attribute, or a value has another
   *     type, naming the attribute
   */
  FeatureVector vector(Map<String, ? extends @Nullable Object> named) {
    double[] vector = new double[attributes.size()];
    Arrays.fill(vector, Double.NaN);
    for (Map.Entry<String, ? extends @Nullable Object> entry : named.entrySet()) {
      Integer position = positions.get(entry.getKey());
      if (position == null) {
        throw new IllegalArgumentException("there is no attribute '%s'".formatted(entry.getKey()));
      }
      Object value = entry.getValue();
      vector[position] = value == null ? Double.NaN : number(position, value);
    }
    return FeatureVector.of(vector);
  }

  private double number(int position, Object value) {
    Attribute attribute = attributes.get(position);
    if (attribute.isNominal()) {
      if (value instanceof String text) {
        Integer found = values.get(position).get(text);
        return found == null ? Double.NaN : found;
      }
      throw wrong(attribute, "one of its values, a String,", value);
    }
    if (value instanceof Number number) {
      double finite = number.doubleValue();
      if (Double.isInfinite(finite)) {
        throw new IllegalArgumentException(
            "attribute '%s' takes no infinite number".formatted(attribute.name()));
      }
      return finite;
    }
    throw wrong(attribute, "a number", value);
  }

  private static IllegalArgumentException wrong(Attribute attribute, String wanted, Object value) {
    return new IllegalArgumentException(
        "attribute '%s' takes %s and not %s"
            .formatted(attribute.name(), wanted, value.getClass().getSimpleName()));
  }
}
