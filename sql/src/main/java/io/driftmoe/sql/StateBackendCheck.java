// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import org.jspecify.annotations.Nullable;

/** Models are objects on the heap; another state backend would read and write one at each event. */
final class StateBackendCheck {
  private static final String HEAP = "hashmap";

  private StateBackendCheck() {}

  /**
   * Why models cannot be kept in a state backend.
   *
   * @param name as in {@code state.backend.type}
   * @return null when they can be
   */
  static @Nullable String refusalOf(String name) {
    return name.equals(HEAP)
        ? null
        : ("state.backend.type is %s, which would read and write a whole model at every event;"
                + " SET 'state.backend.type' = 'hashmap'")
            .formatted(name);
  }
}
