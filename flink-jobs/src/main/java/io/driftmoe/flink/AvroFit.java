// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Whether records of a schema can hold what is mapped: checked at start, where the schema is in the
 * configuration.
 */
final class AvroFit {
  /** What a mapping wants of a field. */
  enum Wanted {
    /** Something that can be read as text. */
    TEXT,
    /** A number. */
    NUMBER,
    /** A time whose type tells its unit, or which a format is given for. */
    TIME_OF_FORMAT,
    /** A time whose type tells its unit. */
    TIME
  }

  private final Schema schema;

  AvroFit(Schema schema) {
    this.schema = schema;
  }

  /**
   * Checks one field.
   *
   * @param key that names it
   * @throws IllegalArgumentException that begins with the key
   */
  void check(String key, FieldPath path, Wanted wanted) {
    if (path.ofKey()) {
      throw new IllegalArgumentException(
          "%s is %s, but the schema of the Kafka key of records of format avro is not known"
              .formatted(key, path));
    }
    Set<Schema> types = Set.of(schema);
    for (String step : path.steps()) {
      types = within(types, step);
    }
    types = branches(types);
    types.removeIf(type -> type.getType() == Schema.Type.NULL);
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "%s is %s, but the schema has no such field".formatted(key, path));
    }
    String fault = null;
    for (Schema type : types) {
      fault = fault(type, wanted);
      if (fault == null) {
        return;
      }
    }
    throw new IllegalArgumentException(
        "%s is %s, whose type in the schema %s".formatted(key, path, fault));
  }

  private static @Nullable String fault(Schema type, Wanted wanted) {
    String unreadable = AvroScalars.unreadable(type);
    if (unreadable != null) {
      return "is %s: a single value is needed".formatted(unreadable);
    }
    LogicalTime time = LogicalTime.of(type);
    return switch (wanted) {
      case TEXT -> null;
      case NUMBER ->
          AvroScalars.isNumber(type)
              ? null
              : "is %s, and an attribute without values is a number; give its values"
                  .formatted(name(type));
      case TIME ->
          time == null
              ? "is %s, which does not tell its unit; give time-format".formatted(name(type))
              : fault(time);
      case TIME_OF_FORMAT -> time == null ? null : fault(time);
    };
  }

  private static @Nullable String fault(LogicalTime time) {
    return time.isDay() ? null : "is %s, which names no day".formatted(time);
  }

  private static String name(Schema type) {
    return type.getType().getName();
  }

  /** What a step leads to. */
  private static Set<Schema> within(Set<Schema> types, String step) {
    Set<Schema> found = new LinkedHashSet<>();
    for (Schema type : branches(types)) {
      switch (type.getType()) {
        case RECORD -> {
          Schema.Field field = type.getField(step);
          if (field != null) {
            found.add(field.schema());
          }
        }
        case MAP -> found.add(type.getValueType());
        case ARRAY -> {
          if (step.matches("0|[1-9][0-9]{0,8}")) {
            found.add(type.getElementType());
          }
        }
        default -> {}
      }
    }
    return found;
  }

  private static Set<Schema> branches(Set<Schema> types) {
    Set<Schema> found = new LinkedHashSet<>();
    for (Schema type : types) {
      found.addAll(type.isUnion() ? type.getTypes() : List.of(type));
    }
    return found;
  }
}
