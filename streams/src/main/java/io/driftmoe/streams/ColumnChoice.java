// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which columns of a file are used.
 *
 * @param label position of the class, from 0
 * @param features positions of the attributes, ascending
 */
record ColumnChoice(int label, List<Integer> features) {
  /** Stands for the last column, unless a column has that name. */
  static final String LAST = "last";

  /**
   * Chooses columns by name or by position ({@code #1} is the first). Columns of one name are
   * ignored together.
   *
   * @param names all columns of the file, in order
   * @throws IllegalArgumentException on a column that does not exist, naming those that do, when
   *     the class is to be ignored, or when no attribute is left
   */
  static ColumnChoice of(
      Path file, List<String> names, String className, Collection<String> ignore) {
    ColumnNames columns = new ColumnNames(names);
    int label = label(file, columns, className);
    Set<Integer> ignored = new HashSet<>();
    for (String reference : ignore) {
      List<Integer> found = columns.require(file, "ignored", reference);
      if (found.contains(label)) {
        throw new IllegalArgumentException(
            "%s: column '%s' is the class and cannot be ignored"
                .formatted(file, Shown.of(reference)));
      }
      ignored.addAll(found);
    }
    List<Integer> features =
        IntStream.range(0, names.size())
            .filter(i -> i != label && !ignored.contains(i))
            .boxed()
            .toList();
    if (features.isEmpty()) {
      String only = names.size() == 1 ? ", the only column" : "";
      throw new IllegalArgumentException(
          "%s: no attribute is left beside the class '%s'%s"
              .formatted(file, Shown.of(names.get(label)), only));
    }
    return new ColumnChoice(label, features);
  }

  private static int label(Path file, ColumnNames columns, String className) {
    if (className.equals(LAST) && columns.find(LAST).isEmpty()) {
      return columns.names().size() - 1;
    }
    List<Integer> found = columns.require(file, "class", className);
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "%s: %s columns are called '%s': name the class by position, #%s or #%s"
              .formatted(
                  file, found.size(), Shown.of(className), found.get(0) + 1, found.get(1) + 1));
    }
    return found.get(0);
  }

  /** The second of two used columns of one name, where there are such; the class is none. */
  OptionalInt repeated(List<String> names) {
    Set<String> seen = new HashSet<>(Set.of(names.get(label)));
    return features.stream()
        .filter(position -> !seen.add(names.get(position)))
        .mapToInt(Integer::intValue)
        .findFirst();
  }
}
