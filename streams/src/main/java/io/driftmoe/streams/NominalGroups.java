// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.List;

/**
 * Some values of a nominal attribute, by name. Which index a file gives them depends on its rows.
 */
final class NominalGroups {
  private final int position;
  private final int[] group;
  private final int rest;

  /**
   * @param attribute name of one that the schema has
   * @param named the values of group 0, 1 and so on, whether the schema declares them or not
   */
  NominalGroups(StreamSchema schema, String attribute, List<String> named) {
    this.position = position(schema, attribute);
    this.rest = named.size();
    List<String> values = schema.attributes().get(position).values();
    this.group = new int[values.size()];
    for (int i = 0; i < group.length; i++) {
      int at = named.indexOf(values.get(i));
      group[i] = at < 0 ? rest : at;
    }
  }

  /** Where the schema has an attribute. */
  static int position(StreamSchema schema, String attribute) {
    for (int i = 0; i < schema.features(); i++) {
      if (schema.attributes().get(i).name().equals(attribute)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "no attribute '%s' to tell the source by".formatted(attribute));
  }

  /** The event's group; the number of named values for any other and for a missing one. */
  int of(FeatureVector features) {
    return features.isMissing(position) ? rest : group[(int) features.get(position)];
  }

  /** Whether the event's value is one of those named. */
  boolean isNamed(FeatureVector features) {
    return of(features) < rest;
  }
}
