// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * One input attribute of a stream.
 *
 * @param name unique within its {@link StreamSchema}, not blank
 * @param values the values of a nominal attribute in their declared order, distinct; empty for a
 *     numeric attribute
 */
public record Attribute(String name, List<String> values) {

  /**
   * Rejects a blank name, repeated values and texts with unpaired surrogates.
   *
   * @param name not blank
   * @param values distinct, in their declared order; empty for a numeric attribute
   * @throws IllegalArgumentException naming the attribute and what is wrong with it
   */
  public Attribute {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new IllegalArgumentException("attribute name must not be blank");
    }
    values = List.copyOf(values);
    if (!SnapshotText.isWellFormed(name) || !values.stream().allMatch(SnapshotText::isWellFormed)) {
      throw new IllegalArgumentException(
          "attribute " + name + " has an unpaired surrogate in its name or a value");
    }
    if (new HashSet<>(values).size() != values.size()) {
      throw new IllegalArgumentException(
          "attribute " + name + " declares a value twice: " + values);
    }
  }

  /**
   * Describes an attribute of real numbers.
   *
   * @param name not blank
   * @return an attribute without declared values
   */
  public static Attribute numeric(String name) {
    return new Attribute(name, List.of());
  }

  /**
   * An attribute with a declared, finite set of values.
   *
   * @param name not blank
   * @param values at least one, distinct; a value of an event is an index into them
   * @return an attribute with these values
   * @throws IllegalArgumentException when there is no value, or one is repeated
   */
  public static Attribute nominal(String name, List<String> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nominal attribute " + name + " needs at least one value");
    }
    return new Attribute(name, values);
  }

  /** {@return whether the attribute has a declared set of values} */
  public boolean isNominal() {
    return !values.isEmpty();
  }
}
