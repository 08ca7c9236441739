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

  /** Rejects a blank name, repeated values and texts with unpaired surrogates. */
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

  /** An attribute of real numbers. */
  public static Attribute numeric(String name) {
    return new Attribute(name, List.of());
  }

  /** An attribute with a declared, finite set of values. */
  public static Attribute nominal(String name, List<String> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nominal attribute " + name + " needs at least one value");
    }
    return new Attribute(name, values);
  }

  /** Whether the attribute has a declared set of values. */
  public boolean isNominal() {
    return !values.isEmpty();
  }
}
