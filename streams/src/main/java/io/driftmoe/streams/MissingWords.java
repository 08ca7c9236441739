// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which texts stand for a missing value. */
final class MissingWords {
  private static final Set<String> USUAL = Set.of("na", "n/a", "nan", "null", "none", "-", "?");
  private static final int LONGEST = 4;

  private final @Nullable Set<String> given;

  /**
   * @param given words that are missing values in every column; null for the usual ones
   */
  MissingWords(@Nullable List<String> given) {
    this.given = given == null ? null : Set.copyOf(given);
  }

  /** Whether it is missing in a column of any type. */
  boolean isAlways(String text) {
    return text.isEmpty() || (given == null ? text.equals("?") : given.contains(text));
  }

  /** Whether it is missing in a column that holds numbers otherwise. */
  boolean isAmongNumbers(String text) {
    return isAlways(text)
        || (given == null
            && text.length() <= LONGEST
            && USUAL.contains(text.toLowerCase(Locale.ROOT)));
  }
}
