// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Names for what records have by position. Fields whose schema says {@code namedBy} are written to
 * JSON as objects with these names.
 *
 * @param classes of the stream, in declared order; none where they are not known
 * @param experts of the mixture, by position; none where they are not known
 */
public record RecordNames(List<String> classes, List<String> experts) {
  /** Nothing is known: fields stay lists by position. */
  public static final RecordNames NONE = new RecordNames(List.of(), List.of());

  /**
   * Copies the lists, with what is no text in them as UTF-8 has it.
   *
   * @param classes of the stream, in declared order
   * @param experts of the mixture, by position
   */
  public RecordNames {
    classes = classes.stream().map(RecordNames::text).toList();
    experts = experts.stream().map(RecordNames::text).toList();
  }

  /** The names that a schema means. */
  List<String> of(String kind) {
    return switch (kind) {
      case "classes" -> classes;
      case "experts" -> experts;
      default -> throw new IllegalStateException("there are no names of " + kind);
    };
  }

  /** Half a surrogate pair is no character of UTF-8, and JSON is UTF-8. */
  private static String text(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
