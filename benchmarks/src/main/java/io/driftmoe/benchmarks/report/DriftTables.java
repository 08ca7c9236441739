// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.List;

/** How learners and detectors fare on planted drifts, in Markdown. */
final class DriftTables {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  DriftTables(Results results) {
    this.results = results;
  }

  String text() {
    recovery();
    detections();
    return text.toString();
  }

  private void paragraph(String words) {
    text.append(words).append('\n');
  }

  private void recovery() {
    MarkdownTable table = new MarkdownTable(1, ScoreTable.header(results, "Drift"));
    boolean any = false;
    for (String stream : results.streams()) {
      List<CellResult.Drift> drifts =
          results.facts(stream).map(CellResult.StreamFacts::drifts).orElse(List.of());
      for (int d = 0; d < drifts.size(); d++) {
        List<String> row = new ArrayList<>();
        row.add(MarkdownTable.plain(stream) + " at " + Numbers.fixed(drifts.get(d).position(), 0));
        for (String learner : results.learnerNames()) {
          Recovery recovery = Recovery.of(results.runs(stream, learner), d);
          any |= recovery.runs() > 0;
          row.add(recovery.text());
        }
        table.row(row);
      }
    }
    if (any) {
      paragraph("## Recovery\n\nEvents after a planted drift until the accuracy is back.\n");
      paragraph(table.toString());
    }
  }

  private void detections() {
    List<DetectionSummary> summaries = DetectionSummary.of(results, results.streams());
    if (summaries.isEmpty()) {
      return;
    }
    paragraph(
        "## Drift detection\n\nOver all streams with planted drifts and all seeds; \"own\" are the "
            + "learner's own alarms. Quiet events are those at which no drift was going on.\n");
    MarkdownTable table =
        new MarkdownTable(
            2,
            "Learner",
            "Detector",
            "Drifts",
            "Detected",
            "Missed",
            "False alarms",
            "Mean delay (events)",
            "Mean time between false alarms (events)",
            "Detected within 1,000 events",
            "Quiet events");
    for (DetectionSummary summary : summaries) {
      table.row(
          MarkdownTable.plain(summary.learner()),
          MarkdownTable.plain(summary.detector()),
          Integer.toString(summary.drifts()),
          Integer.toString(summary.detected()),
          Integer.toString(summary.missed()),
          Integer.toString(summary.falseAlarms()),
          Numbers.fixed(summary.meanDelay(), 0),
          Numbers.fixed(summary.meanTimeBetweenFalseAlarms(), 0),
          Numbers.fixed(summary.prompt(), 0),
          Numbers.fixed(summary.quietEvents(), 0));
    }
    paragraph(table.toString());
  }
}
