// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;

/**
 * Upper bounds of a configured schema, checked at start. They are not part of {@link
 * JobOptions.Schema}, which also reads what old states hold.
 */
final class SchemaLimits {
  /**
   * More do not fit into a message of 1 MiB with room to spare, and no model of them into memory.
   */
  private static final int MOST_ATTRIBUTES = 10_000;

  private static final int MOST_VALUES = 100_000;
  private static final int MOST_VALUES_IN_ALL = 1_000_000;

  private SchemaLimits() {}

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException naming the key at fault
   */
  static void check(JobOptions.Schema schema) {
    List<JobOptions.AttributeOption> attributes = schema.attributes();
    atMost(MOST_ATTRIBUTES, "attributes", "schema.attributes", attributes.size());
    long values = 0;
    for (int i = 0; i < attributes.size(); i++) {
      JobOptions.AttributeOption attribute = attributes.get(i);
      String key = "schema.attributes[%s]".formatted(i);
      text(key + ".name", attribute.name());
      atMost(MOST_VALUES, "values", key + ".values", attribute.values().size());
      values += attribute.values().size();
      for (int value = 0; value < attribute.values().size(); value++) {
        text("%s.values[%s]".formatted(key, value), attribute.values().get(value));
      }
    }
    atMost(MOST_VALUES_IN_ALL, "values in all", "schema.attributes", values);
    for (int i = 0; i < schema.classes().size(); i++) {
      text("schema.classes[%s]".formatted(i), schema.classes().get(i));
    }
  }

  private static void atMost(int most, String what, String key, long count) {
    if (count > most) {
      throw new IllegalArgumentException(
          "%s must have at most %s %s, got %s".formatted(key, most, what, count));
    }
  }

  private static void text(String key, String text) {
    String fault = RecordLimits.lengthFault(key, text);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
  }
}
