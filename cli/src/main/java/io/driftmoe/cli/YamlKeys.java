// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which key each line of a configuration is of, such as {@code input.event.id} or {@code
 * schema.attributes[3]}, whose item begins in the line. Reads what a configuration is written as:
 * one key a line, and the items of a list no deeper than its key.
 */
final class YamlKeys {
  private static final Pattern LINE =
      Pattern.compile("(?<indent> *)(?<item>- )?((?<key>[a-z][a-z0-9-]*):( .*)?)?.*");

  /** A key with something below it, and how many items of a list were there so far. */
  private static final class Level {
    private final int indent;
    private final String path;
    private int items;

    private Level(int indent, String path) {
      this.indent = indent;
      this.path = path;
    }
  }

  private final Deque<Level> levels = new ArrayDeque<>();

  /** How many spaces the line begins with. */
  static int indent(String line) {
    return (int) line.chars().takeWhile(c -> c == ' ').count();
  }

  /** The key of the next line; empty where it is of none. */
  String next(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return "";
    }
    int indent = matcher.group("indent").length();
    boolean item = matcher.group("item") != null;
    while (!levels.isEmpty()
        && (levels.peek().indent > indent || (levels.peek().indent == indent && !item))) {
      levels.pop();
    }
    String above = levels.isEmpty() ? "" : levels.peek().path;
    String key = matcher.group("key");
    if (item) {
      if (levels.isEmpty()) {
        return "";
      }
      String path = "%s[%s]".formatted(above, levels.peek().items++);
      levels.push(new Level(indent + 1, path));
      if (key != null) {
        levels.push(new Level(indent + 2, path + "." + key));
      }
      return path;
    }
    if (key == null) {
      return "";
    }
    String path = above.isEmpty() ? key : above + "." + key;
    levels.push(new Level(indent, path));
    return path;
  }
}
