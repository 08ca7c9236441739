// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * One key in which two trees of settings differ.
 *
 * @param key path of the value, such as {@code gates[0].hidden}
 * @param one the value in one tree, as JSON; {@code none} where the tree has no such key
 * @param other the value in the other
 */
public record TreeDifference(String key, String one, String other) {
  private static final String TYPE = "type";

  /**
   * Compares two trees of settings. Of parts of different kinds only the kind is named, of lists of
   * parts with different lengths only the lengths.
   *
   * @param one the tree whose values come first
   * @param other the tree it is compared with
   * @return all keys in which they differ, in their order
   */
  public static List<TreeDifference> between(JsonNode one, JsonNode other) {
    List<TreeDifference> found = new ArrayList<>();
    compare("", one, other, found);
    return found;
  }

  private static void compare(
      String path, JsonNode one, JsonNode other, List<TreeDifference> found) {
    if (one.equals(other)) {
      return;
    }
    if (one.isObject() && other.isObject()) {
      if (!one.path(TYPE).equals(other.path(TYPE))) {
        found.add(of(KeyStyle.inside(path, TYPE), one.path(TYPE), other.path(TYPE)));
        return;
      }
      Set<String> keys = new LinkedHashSet<>();
      one.fieldNames().forEachRemaining(keys::add);
      other.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        compare(KeyStyle.inside(path, key), one.path(key), other.path(key), found);
      }
    } else if (holdsParts(one) && holdsParts(other)) {
      if (one.size() != other.size()) {
        found.add(new TreeDifference(path, "a list of " + one.size(), "a list of " + other.size()));
        return;
      }
      for (int i = 0; i < one.size(); i++) {
        compare(path + "[" + i + "]", one.get(i), other.get(i), found);
      }
    } else {
      found.add(of(path, one, other));
    }
  }

  private static boolean holdsParts(JsonNode node) {
    Predicate<JsonNode> part = JsonNode::isObject;
    return node.isArray() && StreamSupport.stream(node.spliterator(), false).allMatch(part);
  }

  private static TreeDifference of(String path, JsonNode one, JsonNode other) {
    return new TreeDifference(path, text(one), text(other));
  }

  private static String text(JsonNode node) {
    if (node.isMissingNode()) {
      return "none";
    }
    return node.isTextual() ? node.textValue() : node.toString();
  }
}
