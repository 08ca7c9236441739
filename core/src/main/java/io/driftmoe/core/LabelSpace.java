// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes of a stream in their declared order; a label is an index into it, from 0 (inclusive)
 * to {@link #size()} (exclusive).
 */
public final class LabelSpace {
  private static final int MOST_CLASSES = 10_000;

  private final List<String> names;
  private final Map<String, Integer> index;

  /**
   * @param names two to 10,000 distinct class names
   * @throws IllegalArgumentException on fewer or more names, a repeated one, or one that holds an
   *     unpaired surrogate
   */
  public LabelSpace(List<String> names) {
    this.names = List.copyOf(names);
    if (this.names.size() < 2) {
      throw new IllegalArgumentException("classes must name at least two, got " + names);
    }
    if (this.names.size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "classes must name at most %s, got %s".formatted(MOST_CLASSES, names.size()));
    }
    if (!this.names.stream().allMatch(SnapshotText::isWellFormed)) {
      throw new IllegalArgumentException("classes have an unpaired surrogate: " + names);
    }
    this.index = new HashMap<>();
    for (int i = 0; i < this.names.size(); i++) {
      if (index.put(this.names.get(i), i) != null) {
        throw new IllegalArgumentException("classes name '" + this.names.get(i) + "' twice");
      }
    }
  }

  /** {@return the number of classes, at least 2} */
  public int size() {
    return names.size();
  }

  /** {@return the class names in declared order} */
  public List<String> names() {
    return names;
  }

  /**
   * {@return the name of the class with this index}
   *
   * @param label index of the class, from 0 to {@link #size()} - 1
   */
  public String name(int label) {
    return names.get(label);
  }

  /**
   * {@return the index of the class with this name, or -1 when it was not declared}
   *
   * @param name compared as it is, case included
   */
  public int indexOf(String name) {
    return index.getOrDefault(name, -1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSpace that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return names.toString();
  }
}
