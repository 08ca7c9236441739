// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import java.util.Locale;

/** A tree in words: one line a branch, indented, and what each leaf has seen. */
final class TreeText {
  private static final int LONGEST = 200;

  private final Domain domain;
  private final TreeNodes nodes;
  private final TreeMemory memory;
  private final StringBuilder text = new StringBuilder();
  private int lines;

  TreeText(Domain domain, TreeNodes nodes, TreeMemory memory) {
    this.domain = domain;
    this.nodes = nodes;
    this.memory = memory;
  }

  @Override
  public String toString() {
    text.setLength(0);
    lines = 0;
    text.append(
        String.format(
            Locale.ROOT,
            "Hoeffding tree: %d leaves, %d of them inactive, %d bytes\n",
            memory.leaves(),
            memory.inactive(),
            memory.bytes()));
    append(0, "");
    if (lines > LONGEST) {
      text.append("... " + (lines - LONGEST) + " more lines\n");
    }
    return text.toString();
  }

  private void append(int node, String indent) {
    int a = nodes.attribute[node];
    if (a < 0) {
      line(indent, leaf(nodes.leaf[node]));
      return;
    }
    Attribute attribute = domain.schema().attributes().get(a);
    int first = nodes.firstChild[node];
    int single = nodes.single(node);
    if (single >= 0) {
      String value = attribute.values().get(single);
      line(indent, attribute.name() + " = " + value);
      append(first, indent + "  ");
      line(indent, attribute.name() + " is not " + value);
      append(first + 1, indent + "  ");
    } else if (attribute.isNominal()) {
      for (int v = 0; v < attribute.values().size(); v++) {
        line(indent, attribute.name() + " = " + attribute.values().get(v));
        append(first + v, indent + "  ");
      }
    } else {
      String at = number(nodes.threshold[node]);
      line(indent, attribute.name() + " <= " + at);
      append(first, indent + "  ");
      line(indent, attribute.name() + " > " + at);
      append(first + 1, indent + "  ");
    }
  }

  private String leaf(Leaf leaf) {
    StringBuilder words = new StringBuilder(leaf.isActive() ? "leaf" : "inactive leaf");
    for (int c = 0; c < leaf.counts.length; c++) {
      if (leaf.counts[c] > 0) {
        words
            .append(words.indexOf(":") < 0 ? ": " : ", ")
            .append(domain.schema().labels().names().get(c))
            .append(' ')
            .append(number(leaf.counts[c]));
      }
    }
    return words.toString();
  }

  private void line(String indent, String words) {
    if (lines++ < LONGEST) {
      text.append(indent).append(words).append('\n');
    }
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.4g", x);
  }
}
