// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What learners cost, in Markdown: over all streams, and on each. Time is the mean of the seeds,
 * memory the largest of them, since a limit is to hold in every run.
 */
final class CostTables {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  CostTables(Results results) {
    this.results = results;
  }

  String text() {
    paragraph("## Cost\n");
    paragraph(overall().toString());
    paragraph("### CPU time per event (µs)\n");
    paragraph(streams(CostTables::time).toString());
    paragraph(
        "### Memory of the model at the end\n\nThe largest of the seeds: its objects followed one "
            + "by one / by how much the heap shrank when it was let go, where that was measured.\n");
    MarkdownTable memory = streams(CostTables::memory);
    List<String> largest = new ArrayList<>(List.of("*largest*"));
    results.learnerNames().forEach(learner -> largest.add(memory(finished(learner))));
    paragraph(memory.row(largest).toString());
    return text.toString();
  }

  private void paragraph(String words) {
    text.append(words).append('\n');
  }

  private MarkdownTable overall() {
    MarkdownTable table =
        new MarkdownTable(
            1,
            "Learner",
            "Events per CPU second (geometric mean)",
            "Model (mean)",
            "Allocated per event (mean)",
            "CPU seconds in all",
            "Specialists asked per event (mean)",
            "Streams");
    for (LearnerCost cost : LearnerCost.of(results)) {
      table.row(
          MarkdownTable.plain(cost.learner()),
          Numbers.fixed(cost.speed(), 0),
          Numbers.bytes(cost.modelBytes()),
          Numbers.bytes(cost.allocation()),
          Numbers.fixed(cost.cpuSeconds(), 1),
          Numbers.fixed(cost.specialists(), 2),
          "%s of %s".formatted(cost.streams(), results.streams().size()));
    }
    return table;
  }

  private MarkdownTable streams(Function<Runs, String> cell) {
    MarkdownTable table = new MarkdownTable(1, ScoreTable.header(results, "Stream"));
    for (String stream : results.streams()) {
      List<String> row = new ArrayList<>(List.of(MarkdownTable.plain(stream)));
      results.learnerNames().forEach(learner -> row.add(cell.apply(results.runs(stream, learner))));
      table.row(row);
    }
    return table;
  }

  /** All cells of a learner in the main setting. */
  private Runs finished(String learner) {
    return new Runs(
        results.streams().stream()
            .flatMap(stream -> results.runs(stream, learner).finished().stream())
            .toList());
  }

  private static String time(Runs runs) {
    return ScoreTable.cell(runs, Measure.EVENT_TIME, false, "");
  }

  private static String memory(Runs runs) {
    if (runs.finished().isEmpty()) {
      return runs.all().isEmpty() ? "–" : "failed";
    }
    String model = Numbers.bytes(runs.largest(Measure.MODEL_BYTES));
    double heap = runs.largest(Measure.HEAP_BYTES);
    return Double.isNaN(heap) ? model : model + " / " + Numbers.bytes(heap);
  }
}
