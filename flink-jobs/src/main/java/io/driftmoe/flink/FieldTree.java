// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a mapping reads, as a tree of their names: a reader of records descends it with
 * the record and passes over all else. Each use of a field has a slot in {@link FieldValues}.
 */
final class FieldTree {
  /** A place in a record that is read, or leads to such places. */
  static final class Node {
    private final int number;
    private final Map<String, Node> children = new HashMap<>();
    private int[] slots = {};

    private Node(int number) {
      this.number = number;
    }

    /** The place that a name, a key of a map or an index leads to; null where nothing is read. */
    @Nullable Node child(String name) {
      return children.get(name);
    }

    /** Whether anything inside of it is read. */
    boolean hasChildren() {
      return !children.isEmpty();
    }

    /** Where its value goes. */
    int[] slots() {
      return slots;
    }

    /** Its place among all nodes. */
    int number() {
      return number;
    }
  }

  /** What a slot is for. */
  record Slot(FieldPath path, boolean numeric) {}

  private final Node root = new Node(0);
  private final List<Slot> slots = new ArrayList<>();
  private int nodes = 1;

  /**
   * Adds a use of a field.
   *
   * @param numeric whether it is read as a double; else as text
   * @return its slot
   */
  int add(FieldPath path, boolean numeric) {
    Node node = root;
    for (String step : path.steps()) {
      Node child = node.children.get(step);
      if (child == null) {
        child = new Node(nodes++);
        node.children.put(step, child);
      }
      node = child;
    }
    int slot = slots.size();
    slots.add(new Slot(path, numeric));
    node.slots = Arrays.copyOf(node.slots, node.slots.length + 1);
    node.slots[node.slots.length - 1] = slot;
    return slot;
  }

  /** The record itself. */
  Node root() {
    return root;
  }

  /** All uses, by their slots. */
  List<Slot> slots() {
    return slots;
  }

  /** How many nodes there are. */
  int nodes() {
    return nodes;
  }

  /** Whether the record itself is read, as a single value, and nothing inside of it. */
  boolean isWholeOnly() {
    return root.slots.length > 0 && root.children.isEmpty();
  }

  /** Whether nothing is read. */
  boolean isEmpty() {
    return slots.isEmpty();
  }
}
