// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What MOA says of a stream in our words: its attributes but the class, in their order. Whatever an
 * instance has beyond them is left out.
 */
final class HeaderSchema {
  private final StreamSchema schema;

  /**
   * For streams with this header.
   *
   * @throws IllegalArgumentException when its class is numeric or has fewer than two values, or
   *     there is no attribute beside it
   */
  HeaderSchema(InstancesHeader header) {
    com.yahoo.labs.samoa.instances.Attribute target = header.classAttribute();
    if (!target.isNominal()) {
      throw new IllegalArgumentException(
          "DriftMoE predicts nominal classes, the class '%s' of the stream is numeric"
              .formatted(target.name()));
    }
    Set<String> names = new HashSet<>();
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < header.numAttributes(); a++) {
      if (a != header.classIndex()) {
        attributes.add(attribute(header.attribute(a), names));
      }
    }
    schema = new StreamSchema(attributes, new LabelSpace(distinct(target.getAttributeValues())));
  }

  private static Attribute attribute(
      com.yahoo.labs.samoa.instances.Attribute attribute, Set<String> names) {
    String given = attribute.name() == null || attribute.name().isBlank() ? "?" : attribute.name();
    String name = free(given, names);
    return attribute.isNominal() && attribute.numValues() > 0
        ? Attribute.nominal(name, distinct(attribute.getAttributeValues()))
        : Attribute.numeric(name);
  }

  /** Headers of MOA may name things alike; their positions tell them apart. */
  private static List<String> distinct(List<String> values) {
    Set<String> taken = new HashSet<>();
    return values.stream().map(value -> free(value, taken)).toList();
  }

  private static String free(String given, Set<String> taken) {
    String name = given;
    for (int n = 2; !taken.add(name); n++) {
      name = given + "#" + n;
    }
    return name;
  }

  /** The attributes but the class, and the classes. */
  StreamSchema schema() {
    return schema;
  }

  /**
   * The features of an instance: NaN for a missing or infinite value, and for attributes that the
   * instance lacks.
   */
  FeatureVector features(Instance instance) {
    double[] values = new double[schema.features()];
    for (int a = 0; a < values.length; a++) {
      int at = a < instance.classIndex() ? a : a + 1;
      boolean there = at < instance.numAttributes() && !instance.isMissing(at);
      double value = there ? instance.value(at) : Double.NaN;
      values[a] = Double.isInfinite(value) ? Double.NaN : value;
    }
    return FeatureVector.of(values);
  }

  /** The class of a labelled instance, or -1 when the header did not have it. */
  int label(Instance instance) {
    double value = instance.classValue();
    return value >= 0 && value < schema.classes() && value == (int) value ? (int) value : -1;
  }
}
