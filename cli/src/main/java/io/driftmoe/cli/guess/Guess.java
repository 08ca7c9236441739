// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of the configuration, as far as the sample tells it.
 *
 * @param value null for the default
 * @param reasons why, and what speaks against it; a line each
 */
record Guess<T>(@Nullable T value, List<String> reasons) {
  Guess {
    reasons = List.copyOf(reasons);
  }

  static <T> Guess<T> of(@Nullable T value, String... reasons) {
    return new Guess<>(value, List.of(reasons));
  }
}
