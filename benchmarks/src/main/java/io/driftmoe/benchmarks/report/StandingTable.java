// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;

/** How learners do over all streams, in Markdown: a row each, the best first. */
final class StandingTable {
  private StandingTable() {}

  /** Empty when there is nothing to compare. */
  static String text(Results results) {
    List<Standing> standings = Standing.of(results);
    if (standings.isEmpty()) {
      return "";
    }
    MarkdownTable table =
        new MarkdownTable(
            1,
            "Learner",
            "Mean rank",
            "Streams where first",
            "Largest gap to the best (points)",
            "Where",
            "Failed on");
    for (Standing standing : standings) {
      table.row(
          MarkdownTable.plain(standing.learner()),
          Numbers.fixed(standing.meanRank(), 2),
          Integer.toString(standing.first()),
          Numbers.fixed(standing.largestGap(), 2),
          standing.gapStream().isEmpty() ? "–" : MarkdownTable.plain(standing.gapStream()),
          standing.failed().isEmpty()
              ? "–"
              : standing.failed().stream()
                  .map(MarkdownTable::plain)
                  .collect(Collectors.joining(", ")));
    }
    String last =
        standings.stream().allMatch(standing -> standing.failed().isEmpty())
            ? ""
            : " Who failed on a stream ranks last there; the gap is that on the others.";
    return "## Standings\n\nBy accuracy, over the streams on which any learner has a result. Ties"
        + " share ranks.%s\n\n%s\n".formatted(last, table);
  }
}
