// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which texts stand for a missing value. */
final class MissingWords {
  private static final Set<String> USUAL = Set.of("na", "n/a", "nan", "null", "none", "-", "?");
  private static final int LONGEST = 4;

  private final Set<String> given;

  /**
   * @param given words that are missing values in every column, besides the usual ones
   */
  MissingWords(List<String> given) {
    this.given = Set.copyOf(given);
  }

  /** Whether it is missing in a column of any type. */
  boolean isAlways(String text) {
    return text.isEmpty() || text.equals("?") || given.contains(text);
  }

  /** Whether it is missing in a column that holds numbers otherwise. */
  boolean isAmongNumbers(String text) {
    return isAlways(text)
        || (text.length() <= LONGEST && USUAL.contains(text.toLowerCase(Locale.ROOT)));
  }

  /** The option that gives these words, as it is typed in a shell; empty where they cannot be. */
  static Optional<String> option(List<String> words) {
    if (words.stream().anyMatch(word -> !Shown.of(word).equals(word))) {
      return Optional.empty();
    }
    String list = words.stream().map(MissingWords::inList).collect(Collectors.joining(","));
    String argument =
        list.matches("[\\p{L}\\p{N}_./+,%-]+") ? list : "'" + list.replace("'", "'\\''") + "'";
    return Optional.of("--missing " + argument);
  }

  /** In quotes also what a command line would take for an option, or for the end of options. */
  private static String inList(String word) {
    return word.contains(",") || word.contains("\"") || word.startsWith("-")
        ? '"' + word.replace("\"", "\"\"") + '"'
        : word;
  }
}
