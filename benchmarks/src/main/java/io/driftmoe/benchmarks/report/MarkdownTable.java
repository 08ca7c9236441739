// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in Markdown: columns of text to the left, of numbers to the right. */
final class MarkdownTable {
  private final StringBuilder text = new StringBuilder();

  /**
   * @param header one heading per column
   * @param words how many columns, from the left, hold text
   */
  MarkdownTable(int words, List<String> header) {
    row(header);
    List<String> alignment = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      alignment.add(i < words ? "---" : "---:");
    }
    text.append("| ").append(String.join(" | ", alignment)).append(" |\n");
  }

  MarkdownTable(int words, String... header) {
    this(words, Arrays.asList(header));
  }

  MarkdownTable row(List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell).append(" |"));
    text.append('\n');
    return this;
  }

  MarkdownTable row(String... cells) {
    return row(Arrays.asList(cells));
  }

  /** A name that a user chose, so that it cannot end a cell or become HTML. */
  static String plain(String name) {
    return name.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("`", "\\`")
        .replaceAll("\\s+", " ");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
