// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attribute as an ARFF file declares it.
 *
 * @param values of a nominal attribute, else empty
 * @param fault why the attribute can only be ignored; null when it can be used
 * @param line of the declaration, from 1
 */
record ArffAttribute(
    String name, Type type, List<String> values, @Nullable String fault, long line) {
  enum Type {
    NUMERIC,
    NOMINAL,
    OTHER
  }

  static ArffAttribute numeric(String name, long line) {
    return new ArffAttribute(name, Type.NUMERIC, List.of(), null, line);
  }

  /**
   * @param values none for a column in which every value is missing
   */
  static ArffAttribute nominal(String name, List<String> values, long line) {
    return new ArffAttribute(name, Type.NOMINAL, values, null, line);
  }

  static ArffAttribute faulty(String name, Type type, String fault, long line) {
    return new ArffAttribute(name, type, List.of(), fault, line);
  }

  /** What a sparse row means by leaving the attribute out: 0, or the first declared value. */
  @Nullable String whenLeftOut() {
    return switch (type) {
      case NUMERIC -> "0";
      case NOMINAL -> values.isEmpty() ? null : values.get(0);
      case OTHER -> null;
    };
  }

  /** Why the attribute cannot be the class; null when it can. */
  @Nullable String classFault() {
    if (type != Type.NOMINAL) {
      return "class '%s' is not nominal; a class needs declared values, as in {yes,no}"
          .formatted(Shown.of(name));
    }
    return fault != null || values.size() > 1
        ? fault
        : "class column '%s' needs at least two values, has %s"
            .formatted(Shown.of(name), values.stream().map(Shown::of).toList());
  }
}
