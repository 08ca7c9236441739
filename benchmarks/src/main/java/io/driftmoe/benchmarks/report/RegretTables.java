// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** What learners lose against those that are told the sources of the events, in Markdown. */
final class RegretTables {
  private final Results results;

  RegretTables(Results results) {
    this.results = results;
  }

  /** Empty when no oracle ran. */
  String text() {
    List<List<Regret>> tables = Regret.tables(results);
    if (tables.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "## Routing regret (points)\n\nAccuracy of a learner that is told the sources of the"
            + " events and has one specialist for each source, minus that of each learner. Less is"
            + " better; it is below zero where other experts do better than those specialists, and"
            + " where sources were named by hand, in real streams, better ones may exist.\n\n");
    for (List<Regret> regrets : tables) {
      Regret first = regrets.get(0);
      String labels = results.settings().size() == 1 ? "" : ", " + first.setting().words();
      text.append("### To %s%s\n\n".formatted(MarkdownTable.plain(first.oracle()), labels));
      text.append(table(first.oracle(), regrets)).append('\n');
    }
    return text.toString();
  }

  private MarkdownTable table(String oracle, List<Regret> regrets) {
    List<String> learners =
        results.learnerNames().stream().filter(learner -> !learner.equals(oracle)).toList();
    List<String> header = new ArrayList<>(List.of("Stream"));
    learners.forEach(learner -> header.add(MarkdownTable.plain(learner)));
    MarkdownTable table = new MarkdownTable(1, header);
    for (Regret regret : regrets) {
      List<String> row = new ArrayList<>(List.of(MarkdownTable.plain(regret.stream())));
      learners.forEach(learner -> row.add(Numbers.fixed(regret.of(learner), 2)));
      table.row(row);
    }
    List<String> means = new ArrayList<>(List.of("*mean*"));
    learners.forEach(learner -> means.add(Numbers.fixed(Regret.mean(regrets, learner), 2)));
    return table.row(means);
  }
}
