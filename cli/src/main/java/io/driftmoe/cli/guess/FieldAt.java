// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import org.jspecify.annotations.Nullable;

/**
 * Where in a record a field is.
 *
 * @param parent record or list that it is in; null for the record as a whole
 * @param step name of the field, or its place in a list
 */
record FieldAt(@Nullable FieldAt parent, String step) {
  private static final String OF_KEY = "key:";
  private static final int MOST_STEPS = 32;
  private static final int MOST_CHARACTERS = 900;

  static FieldAt top(String name) {
    return new FieldAt(null, name);
  }

  FieldAt in(String name) {
    return new FieldAt(this, name);
  }

  /** How many steps lead to it. */
  int steps() {
    int steps = 1;
    for (FieldAt at = parent; at != null; at = at.parent) {
      steps++;
    }
    return steps;
  }

  /** Whether a configuration can name it. */
  boolean hasPath() {
    return steps() <= MOST_STEPS && path().length() <= MOST_CHARACTERS;
  }

  /** As a configuration names it: a top-level field by its name alone, where that is no pointer. */
  String path() {
    boolean plain =
        parent == null && !step.isEmpty() && !step.startsWith("/") && !step.startsWith(OF_KEY);
    return plain ? step : pointer();
  }

  private String pointer() {
    String escaped = "/" + step.replace("~", "~0").replace("/", "~1");
    return parent == null ? escaped : parent.pointer() + escaped;
  }
}
