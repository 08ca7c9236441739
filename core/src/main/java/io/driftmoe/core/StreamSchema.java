// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What the events of a stream look like: the attributes of a {@link FeatureVector}, by position,
 * and the classes.
 *
 * @param attributes at least one, names distinct
 * @param labels the classes
 */
public record StreamSchema(List<Attribute> attributes, LabelSpace labels) {

  /**
   * Rejects an empty attribute list and repeated names.
   *
   * @param attributes at least one, names distinct
   * @param labels the classes
   */
  public StreamSchema {
    attributes = List.copyOf(attributes);
    Objects.requireNonNull(labels, "labels");
    if (attributes.isEmpty()) {
      throw new IllegalArgumentException("attributes must not be empty");
    }
    Set<String> seen = new HashSet<>();
    for (Attribute attribute : attributes) {
      if (!seen.add(attribute.name())) {
        throw new IllegalArgumentException("attributes name '" + attribute.name() + "' twice");
      }
    }
  }

  /** {@return the number of attributes} */
  public int features() {
    return attributes.size();
  }

  /** {@return the number of classes} */
  public int classes() {
    return labels.size();
  }

  /**
   * {@return the same attributes with other classes}
   *
   * @param other the classes of the new schema
   */
  public StreamSchema withLabels(LabelSpace other) {
    return new StreamSchema(attributes, other);
  }
}
