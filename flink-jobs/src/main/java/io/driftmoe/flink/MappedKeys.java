// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.jspecify.annotations.Nullable;

/** Checks of keys that hold a path. */
final class MappedKeys {
  private MappedKeys() {}

  /**
   * Checks one path.
   *
   * @throws IllegalArgumentException that begins with the key
   */
  static void path(String key, @Nullable String path) {
    if (path != null) {
      try {
        FieldPath.of(path);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(key + " " + e.getMessage(), e);
      }
    }
  }
}
