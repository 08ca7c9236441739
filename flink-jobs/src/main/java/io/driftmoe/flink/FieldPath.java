// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.util.Arrays;
import java.util.List;

/**
 * Where in a record a value is: the name of a top-level field, or a JSON Pointer (RFC 6901). A step
 * is the name of a field, a key of a map or an index of an array. {@code key:} before it means the
 * Kafka key in place of the value.
 *
 * @param text as it was written, for messages
 * @param ofKey whether it leads into the Kafka key
 * @param steps from the outermost on
 */
record FieldPath(String text, boolean ofKey, List<String> steps) {
  private static final String OF_KEY = "key:";
  private static final int MOST_CHARACTERS = 1_000;
  private static final int MOST_STEPS = 32;

  /** The Kafka key as a whole. */
  static final FieldPath KEY = new FieldPath("the Kafka key", true, List.of());

  /**
   * {@return the path that a configuration names}
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static FieldPath of(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "must have at most %s characters, got %s".formatted(MOST_CHARACTERS, text.length()));
    }
    boolean ofKey = text.startsWith(OF_KEY);
    String path = ofKey ? text.substring(OF_KEY.length()) : text;
    if (path.isEmpty()) {
      throw new IllegalArgumentException("must be the name of a field or a JSON Pointer, got ''");
    }
    List<String> steps =
        path.startsWith("/")
            ? Arrays.stream(path.substring(1).split("/", -1)).map(s -> unescaped(s, text)).toList()
            : List.of(path);
    if (steps.size() > MOST_STEPS) {
      throw new IllegalArgumentException(
          "must have at most %s steps, got %s".formatted(MOST_STEPS, steps.size()));
    }
    return new FieldPath(text, ofKey, steps);
  }

  private static String unescaped(String step, String text) {
    for (int at = step.indexOf('~'); at >= 0; at = step.indexOf('~', at + 1)) {
      char next = at + 1 < step.length() ? step.charAt(at + 1) : ' ';
      if (next != '0' && next != '1') {
        throw new IllegalArgumentException(
            "%s is no JSON Pointer: after ~ must come 0 (for ~) or 1 (for /)"
                .formatted(QuotedText.of(text)));
      }
    }
    return step.replace("~1", "/").replace("~0", "~");
  }

  @Override
  public String toString() {
    return text;
  }
}
