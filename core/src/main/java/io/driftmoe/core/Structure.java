// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a part of a model is made of, for programs: named values in the order in which they were
 * put. A value is a text, a number, a boolean, another structure, or a list of these.
 */
public final class Structure {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /**
   * How much of a structure is asked for.
   *
   * @param levels of each tree, the root being the first; at least 0, and more than 200 are cut
   * @param weights whether the parameters of networks are in it
   */
  public record Detail(int levels, boolean weights) {
    /** Levels beyond which a reader of JSON may refuse what is nested. */
    public static final int MOST_LEVELS = 200;

    /**
     * Cuts the levels.
     *
     * @param levels at least 0
     * @param weights whether the parameters of networks are in it
     * @throws IllegalArgumentException when the levels are negative
     */
    public Detail {
      if (levels < 0) {
        throw new IllegalArgumentException("levels must be at least 0, got " + levels);
      }
      levels = Math.min(MOST_LEVELS, levels);
    }
  }

  /** Has no value yet. */
  public Structure() {}

  /**
   * Begins with what it is of.
   *
   * @param kind value of the key {@code kind}
   */
  public Structure(String kind) {
    put("kind", kind);
  }

  /**
   * Adds a value.
   *
   * @param key in lower case, with dashes between words
   * @param value a text, a number, a boolean, a structure, or a list of these
   * @return this
   */
  public Structure put(String key, Object value) {
    fields.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Adds the weight of each class that has any, by its name.
   *
   * @param key in lower case, with dashes between words
   * @param labels names of the classes
   * @param weights of the classes, at least 0; may be fewer
   * @return this
   */
  public Structure putWeights(String key, LabelSpace labels, double[] weights) {
    Structure named = new Structure();
    for (int c = 0; c < Math.min(labels.size(), weights.length); c++) {
      if (weights[c] > 0) {
        named.put(labels.name(c), weights[c]);
      }
    }
    return put(key, named);
  }

  /**
   * Adds numbers.
   *
   * @param key in lower case, with dashes between words
   * @param values any numbers
   * @return this
   */
  public Structure putAll(String key, double[] values) {
    return put(key, Arrays.stream(values).boxed().toList());
  }

  /** {@return the values by their keys, in order; a view} */
  public Map<String, Object> fields() {
    return Collections.unmodifiableMap(fields);
  }
}
