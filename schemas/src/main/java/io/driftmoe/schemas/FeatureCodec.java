// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Features and labels between their wire form and core types, for one stream.
 *
 * <p>On the wire a numeric feature is a finite double, a nominal one the name of its value, a
 * missing one null. A nominal value that the schema does not declare is read as missing: an expert
 * has no statistics it could use. Doubles pass bit for bit.
 */
public final class FeatureCodec {
  private static final int NAMED_CLASSES = 10;

  private final List<Attribute> attributes;
  private final LabelSpace labels;
  private final List<Map<String, Integer>> nominalIndex = new ArrayList<>();

  /**
   * A codec for streams of this schema.
   *
   * @param schema gives the attributes by position, and the names of the classes
   */
  public FeatureCodec(StreamSchema schema) {
    this.attributes = Objects.requireNonNull(schema, "schema").attributes();
    this.labels = schema.labels();
    for (Attribute attribute : attributes) {
      Map<String, Integer> index = new HashMap<>();
      for (String value : attribute.values()) {
        index.put(value, index.size());
      }
      nominalIndex.add(index);
    }
  }

  /**
   * Reads the features of one event.
   *
   * @param wire one per attribute: Double, String or null
   * @return one value per attribute; a nominal value as its index, NaN for null and for a nominal
   *     value that is not declared
   * @throws InvalidEventException on a wrong number of features, a number that is not finite, a
   *     string for a numeric attribute or a number for a nominal one
   */
  public FeatureVector toFeatures(@Nullable List<@Nullable Object> wire)
      throws InvalidEventException {
    if (wire == null) {
      throw new InvalidEventException("features are missing");
    }
    if (wire.size() != attributes.size()) {
      throw new InvalidEventException(
          "expected %s features, got %s".formatted(attributes.size(), wire.size()));
    }
    double[] values = new double[attributes.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i, wire.get(i));
    }
    return FeatureVector.of(values);
  }

  /**
   * Writes the features of one event.
   *
   * @param features one value per attribute of the schema
   * @return a new list, one per attribute: Double, String or null
   * @throws IllegalArgumentException when the vector does not fit the schema, naming the attribute
   */
  public List<@Nullable Object> toWire(FeatureVector features) {
    if (features.size() != attributes.size()) {
      throw new IllegalArgumentException(
          "expected %s features, got %s".formatted(attributes.size(), features.size()));
    }
    List<@Nullable Object> wire = new ArrayList<>(attributes.size());
    for (int i = 0; i < attributes.size(); i++) {
      wire.add(features.isMissing(i) ? null : wireValue(i, features.get(i)));
    }
    return wire;
  }

  /**
   * Finds the class with this name.
   *
   * @param name null when the event has none
   * @return its index, from 0
   * @throws InvalidEventException when it was not declared, naming it and the first declared ones
   */
  public int toLabel(@Nullable String name) throws InvalidEventException {
    if (name == null) {
      throw new InvalidEventException("label is missing");
    }
    int label = labels.indexOf(name);
    if (label < 0) {
      throw new InvalidEventException(
          "label %s is not one of the declared classes %s"
              .formatted(QuotedText.of(name), declaredClasses()));
    }
    return label;
  }

  private String declaredClasses() {
    int count = labels.size();
    return count <= NAMED_CLASSES
        ? labels.names().toString()
        : "%s and %s others"
            .formatted(labels.names().subList(0, NAMED_CLASSES), count - NAMED_CLASSES);
  }

  private double value(int i, @Nullable Object wire) throws InvalidEventException {
    if (wire == null) {
      return Double.NaN;
    }
    if (attributes.get(i).isNominal()) {
      if (!(wire instanceof CharSequence)) {
        throw invalid(i, "is nominal and needs a string", wire);
      }
      Integer index = nominalIndex.get(i).get(wire.toString());
      return index == null ? Double.NaN : index;
    }
    if (!(wire instanceof Double number)) {
      throw invalid(i, "is numeric and needs a double", wire);
    }
    if (!Double.isFinite(number)) {
      throw invalid(i, "must be finite", wire);
    }
    return number;
  }

  private Object wireValue(int i, double value) {
    Attribute attribute = attributes.get(i);
    if (!attribute.isNominal()) {
      return value;
    }
    int index = (int) value;
    if (index != value || index < 0 || index >= attribute.values().size()) {
      throw new IllegalArgumentException(
          "feature %s (%s) has %s declared values, got index %s"
              .formatted(i, attribute.name(), attribute.values().size(), value));
    }
    return attribute.values().get(index);
  }

  private InvalidEventException invalid(int i, String rule, Object value) {
    String shown = value instanceof Double ? value.toString() : QuotedText.of(value.toString());
    return new InvalidEventException(
        "feature %s (%s) %s, got %s".formatted(i, attributes.get(i).name(), rule, shown));
  }
}
