// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;

/** In what two schemas differ, for messages. */
final class SchemaDifference {
  private SchemaDifference() {}

  /**
   * {@return the first difference, with its key and both values; empty when there is none}
   *
   * @param owner what the other schema is of
   */
  static String first(JobOptions.Schema schema, JobOptions.Schema other, String owner) {
    List<JobOptions.AttributeOption> attributes = schema.attributes();
    List<JobOptions.AttributeOption> others = other.attributes();
    if (attributes.size() != others.size()) {
      return line("attributes", attributes.size(), owner, others.size());
    }
    for (int i = 0; i < attributes.size(); i++) {
      JobOptions.AttributeOption wanted = attributes.get(i);
      JobOptions.AttributeOption found = others.get(i);
      if (!wanted.name().equals(found.name())) {
        return line("attributes[%s].name".formatted(i), wanted.name(), owner, found.name());
      }
      if (!wanted.values().equals(found.values())) {
        return line("attributes[%s].values".formatted(i), wanted.values(), owner, found.values());
      }
    }
    return schema.classes().equals(other.classes())
        ? ""
        : line("classes", schema.classes(), owner, other.classes());
  }

  private static String line(String key, Object wanted, String owner, Object found) {
    return "schema.%s is %s, %s has %s".formatted(key, wanted, owner, found);
  }
}
