// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How learners are divided among the groups of a stream. */
public enum GroupDesign {
  /** One learner for all events; the group is a nominal attribute. */
  ONE,
  /** A learner for each group, which does not see the group: a job with model keys. */
  EACH,
  /** Likewise, and all share a model: {@link io.driftmoe.router.models.Fleet}. */
  FLEET;

  /** The name in options and tables. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads names.
   *
   * @param keys in any case
   * @throws IllegalArgumentException naming the one that is unknown
   */
  public static List<GroupDesign> of(List<String> keys) {
    return keys.stream().map(String::strip).map(GroupDesign::of).distinct().toList();
  }

  private static GroupDesign of(String key) {
    return Arrays.stream(values())
        .filter(design -> design.key().equals(key.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is unknown, allowed: %s"
                        .formatted(
                            key,
                            Arrays.stream(values())
                                .map(GroupDesign::key)
                                .collect(Collectors.joining(", ")))));
  }
}
