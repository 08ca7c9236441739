// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which columns of a file are used.
 *
 * @param label position of the class, from 0
 * @param features positions of the attributes, ascending
 */
record ColumnChoice(int label, List<Integer> features) {

  /**
   * @param names all columns of the file, in order
   * @throws IllegalArgumentException on a column that does not exist, naming those that do, when
   *     the class is to be ignored, or when no attribute is left
   */
  static ColumnChoice of(Path file, List<String> names, String className, Set<String> ignore) {
    int label = names.indexOf(className);
    if (label < 0 && className.equals("last")) {
      label = names.size() - 1;
    }
    if (label < 0) {
      throw noColumn(file, "class", className, names);
    }
    for (String ignored : ignore.stream().sorted().toList()) {
      int position = names.indexOf(ignored);
      if (position < 0) {
        throw noColumn(file, "ignored", ignored, names);
      }
      if (position == label) {
        throw new IllegalArgumentException(
            "%s: column '%s' is the class and cannot be ignored".formatted(file, ignored));
      }
    }
    int labelPosition = label;
    List<Integer> features =
        IntStream.range(0, names.size())
            .filter(i -> i != labelPosition && !ignore.contains(names.get(i)))
            .boxed()
            .toList();
    if (features.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no attribute is left beside the class '%s'".formatted(file, names.get(label)));
    }
    return new ColumnChoice(label, features);
  }

  private static IllegalArgumentException noColumn(
      Path file, String role, String name, List<String> names) {
    return new IllegalArgumentException(
        "%s: there is no column '%s' (%s column); the columns are %s"
            .formatted(file, name, role, String.join(", ", names)));
  }
}
