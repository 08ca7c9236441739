// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a row of the result tells of, as its column {@code kind} has it. */
enum Kind {
  PREDICTION("predictions"),
  DRIFT_EVENT("drift-events"),
  DEAD_LETTER("dead-letters");

  private final String argument;

  Kind(String argument) {
    this.argument = argument;
  }

  /**
   * Those that a call asks for.
   *
   * @param emit separated by commas; null for predictions alone
   */
  static Set<Kind> of(@Nullable String emit) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String one : CallArguments.list(emit == null ? PREDICTION.argument : emit)) {
      if (one.toLowerCase(Locale.ROOT).equals("all")) {
        return EnumSet.allOf(Kind.class);
      }
      kinds.add(one(one));
    }
    return kinds;
  }

  private static Kind one(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.argument.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "argument emit: %s is none of %s, all"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(kind -> kind.argument)
                                .collect(Collectors.joining(", ")))));
  }
}
