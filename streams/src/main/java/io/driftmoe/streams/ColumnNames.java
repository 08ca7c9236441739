// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The columns of a file, found by name or by position ({@code #1} is the first). */
record ColumnNames(List<String> names) {
  private static final int SHOWN = 20;
  // Of shorter names any other may be meant.
  private static final int SHORT = 3;

  /**
   * How an option names a column, as it is typed in a shell.
   *
   * @param position from 0
   */
  static String option(String name, int position) {
    return name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,39}")
        ? name
        : "'#" + (position + 1) + "'";
  }

  /** The positions, from 0, of all columns that go by this name; empty when there is none. */
  List<Integer> find(String reference) {
    List<Integer> named =
        IntStream.range(0, names.size())
            .filter(i -> names.get(i).equals(reference))
            .boxed()
            .toList();
    if (!named.isEmpty() || !reference.matches("#[0-9]{1,7}")) {
      return named;
    }
    int position = Integer.parseInt(reference.substring(1));
    return position >= 1 && position <= names.size() ? List.of(position - 1) : List.of();
  }

  /**
   * Like {@link #find}, for columns that must be there.
   *
   * @param role what the column is asked for as, such as "ignored"
   * @throws IllegalArgumentException when there is none, naming those that come near
   */
  List<Integer> require(Object file, String role, String reference) {
    List<Integer> found = find(reference);
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: there is no column '%s' (%s column)%s; the columns are %s"
              .formatted(file, Shown.of(reference), role, near(reference), list()));
    }
    return found;
  }

  private String near(String reference) {
    String wanted = letters(reference);
    int most = wanted.length() < SHORT ? 0 : Math.max(1, wanted.length() / 4);
    LevenshteinDistance distance = new LevenshteinDistance(most);
    String found =
        names.stream()
            .distinct()
            .filter(name -> !wanted.isEmpty() && distance.apply(letters(name), wanted) >= 0)
            .limit(3)
            .map(name -> "'" + Shown.of(name) + "'")
            .collect(Collectors.joining(" or "));
    return found.isEmpty() ? "" : ", did you mean " + found + "?";
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s\\p{C}_.-]+", "");
  }

  private String list() {
    String first = names.stream().limit(SHOWN).map(Shown::of).collect(Collectors.joining(", "));
    return names.size() <= SHOWN
        ? first
        : first + " and " + (names.size() - SHOWN) + " more (any of them also by position, as #1)";
  }
}
