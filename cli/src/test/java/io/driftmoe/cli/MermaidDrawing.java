// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A flow chart of a document, read from its fenced block: lines {@code id["label"]} are nodes,
 * lines {@code id --> id} arrows, {@code subgraph} and {@code end} group nodes, and {@code %% name}
 * on the line after the fence is the chart's name.
 *
 * @param labels of the nodes, by id
 * @param arrows from each node, by id; a node without arrows has an empty set
 */
record MermaidDrawing(Map<String, String> labels, Map<String, Set<String>> arrows) {
  private static final String ID = "([\\w.-]+?)";
  private static final Pattern NODE = Pattern.compile("\\s*" + ID + "\\[\"(.*)\"]");
  private static final Pattern FRAME = Pattern.compile("flowchart .*|\\s*subgraph .*|\\s*end");
  private static final Pattern ARROW = Pattern.compile("\\s*" + ID + " --> ([\\w.-]+)");

  /**
   * The chart of that name.
   *
   * @throws IllegalArgumentException when the document has none, or the chart has a line that is
   *     neither node nor arrow
   */
  static MermaidDrawing of(String document, String name) {
    String opening = "```mermaid\n%% " + name + "\n";
    int start = document.indexOf(opening);
    if (start < 0) {
      throw new IllegalArgumentException("no mermaid block named " + name);
    }
    int end = document.indexOf("\n```", start + opening.length());
    Map<String, String> labels = new TreeMap<>();
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (String line : document.substring(start + opening.length(), end).split("\n")) {
      Matcher node = NODE.matcher(line);
      Matcher arrow = ARROW.matcher(line);
      if (node.matches()) {
        labels.put(node.group(1), node.group(2));
        arrows.computeIfAbsent(node.group(1), id -> new TreeSet<>());
      } else if (arrow.matches()) {
        arrows.computeIfAbsent(arrow.group(1), id -> new TreeSet<>()).add(arrow.group(2));
        arrows.computeIfAbsent(arrow.group(2), id -> new TreeSet<>());
      } else if (!FRAME.matcher(line).matches()) {
        throw new IllegalArgumentException("neither node nor arrow: " + line);
      }
    }
    return new MermaidDrawing(labels, arrows);
  }
}
