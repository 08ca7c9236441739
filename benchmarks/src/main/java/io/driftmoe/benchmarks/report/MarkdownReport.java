// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report to read, in Markdown. */
final class MarkdownReport {
  private static final int HASH_DIGITS = 12;

  private final Results results;
  private final String command;
  private final StringBuilder text = new StringBuilder();

  MarkdownReport(Results results, String command) {
    this.results = results;
    this.command = command;
  }

  String text() {
    text.append("# DriftMoE benchmark\n\n```\n").append(command).append("\n```\n\n");
    if (results.all().isEmpty()) {
      return text.append("Nothing was run.\n").toString();
    }
    origin();
    streams();
    scores(Measure.ACCURACY, true);
    text.append(StandingTable.text(results));
    text.append(new SignificanceText(results).text());
    text.append(new RegretTables(results).text());
    failures();
    paragraph("## Further measures\n");
    Measure.FURTHER.stream().filter(this::isMeasured).forEach(measure -> scores(measure, false));
    text.append(new CostTables(results).text());
    text.append(new DriftTables(results).text());
    delays();
    published();
    return text.toString().stripTrailing() + "\n";
  }

  /** Whether any result has it: prediction sets are rare. */
  private boolean isMeasured(Measure measure) {
    return results.all().stream()
        .anyMatch(result -> !result.failed() && !Double.isNaN(measure.of(result)));
  }

  private void paragraph(String words) {
    text.append(words).append('\n');
  }

  private void table(MarkdownTable table) {
    text.append(table).append('\n');
  }

  private void origin() {
    paragraph(
        "%s, %s, %s; %s. Means%s.\n"
            .formatted(
                counted(results.streams().size(), "stream"),
                counted(results.learners().size(), "learner"),
                seedWords(results.seeds()),
                results.labelWords(),
                results.seeds().size() == 1 ? "" : " ± standard deviation over the seeds"));
    results
        .seedsOfFew()
        .forEach(
            (learner, seeds) ->
                paragraph(
                    "%s ran with %s only: its means are over those.\n"
                        .formatted(MarkdownTable.plain(learner), seedWords(seeds))));
    MarkdownTable table = new MarkdownTable(2, "Provenance", "");
    table.row("Commit", values(CellResult.Provenance::commit));
    table.row("JVM", values(CellResult.Provenance::jvm));
    table.row("Processor", values(CellResult.Provenance::processor));
    List<String> started =
        results.all().stream().map(result -> result.provenance().started()).sorted().toList();
    table.row("First cell started", MarkdownTable.plain(started.get(0)));
    table.row("Last cell started", MarkdownTable.plain(started.get(started.size() - 1)));
    table(table);
  }

  private static String counted(int count, String thing) {
    return "%s %s%s".formatted(count, thing, count == 1 ? "" : "s");
  }

  private static String seedWords(List<Long> seeds) {
    return (seeds.size() == 1 ? "seed " : "seeds ")
        + seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private String values(Function<CellResult.Provenance, String> part) {
    return results.all().stream()
        .map(result -> part.apply(result.provenance()))
        .distinct()
        .map(MarkdownTable::plain)
        .collect(Collectors.joining("; "));
  }

  private void streams() {
    paragraph("## Streams\n");
    MarkdownTable table =
        new MarkdownTable(
            4,
            "Stream",
            "Description",
            "Planted drifts (width)",
            "SHA-256 of the events",
            "Events",
            "Attributes",
            "Classes");
    for (String stream : results.streams()) {
      String name = MarkdownTable.plain(stream);
      results
          .facts(stream)
          .ifPresentOrElse(
              facts ->
                  table.row(
                      name,
                      MarkdownTable.plain(results.description(stream)),
                      drifts(facts),
                      hashes(stream),
                      Numbers.fixed(facts.events(), 0),
                      Integer.toString(facts.attributes()),
                      Integer.toString(facts.classes().size())),
              () -> table.row(name, "no run finished", "–", "–", "–", "–", "–"));
    }
    table(table);
  }

  private static String drifts(CellResult.StreamFacts facts) {
    return facts.drifts().isEmpty()
        ? "none"
        : facts.drifts().stream()
            .map(
                drift ->
                    "%s (%s)"
                        .formatted(
                            Numbers.fixed(drift.position(), 0), Numbers.fixed(drift.width(), 0)))
            .collect(Collectors.joining("; "));
  }

  private String hashes(String stream) {
    return results.hashes(stream).values().stream()
        .map(hash -> "`" + hash.substring(0, Math.min(HASH_DIGITS, hash.length())) + "…`")
        .collect(Collectors.joining(" "));
  }

  private void scores(Measure measure, boolean main) {
    String better = measure.highIsGood() ? "" : ", less is better";
    paragraph(
        "%s %s (%s%s)\n".formatted(main ? "##" : "###", measure.title(), measure.unit(), better));
    table(ScoreTable.of(results, measure, main));
  }

  private void failures() {
    List<CellResult> failures = results.failures();
    if (failures.isEmpty()) {
      return;
    }
    paragraph("## Failed: %s of %s cells\n".formatted(failures.size(), results.all().size()));
    for (CellResult failure : failures) {
      paragraph(
          "- %s on %s, seed %s, %s: %s"
              .formatted(
                  MarkdownTable.plain(failure.cell().learner().name()),
                  MarkdownTable.plain(failure.cell().stream().name()),
                  failure.cell().seed(),
                  Setting.of(failure.cell()).words(),
                  MarkdownTable.plain(failure.reason())));
    }
    paragraph("");
  }

  private void delays() {
    if (results.settings().size() < 2) {
      return;
    }
    boolean asked =
        results.settings().stream().anyMatch(setting -> setting.labels().budget() != null);
    paragraph(
        "## Late labels: accuracy (%%) by label delay (events)%s\n"
            .formatted(asked ? " and labels asked for" : ""));
    List<String> header = new ArrayList<>(List.of("Stream", "Learner"));
    results.settings().forEach(setting -> header.add(MarkdownTable.plain(setting.label())));
    MarkdownTable table = new MarkdownTable(2, header);
    for (String stream : results.streams()) {
      for (String learner : results.learnerNames()) {
        List<String> row = new ArrayList<>();
        row.add(MarkdownTable.plain(stream));
        row.add(MarkdownTable.plain(learner));
        for (Setting setting : results.settings()) {
          row.add(
              ScoreTable.cell(results.runs(stream, learner, setting), Measure.ACCURACY, true, ""));
        }
        table.row(row);
      }
    }
    table(table);
  }

  private void published() {
    List<Published.Comparison> comparisons = Published.compare(results);
    if (comparisons.isEmpty()) {
      return;
    }
    paragraph("## Published accuracies (" + Published.SOURCE + ")\n");
    MarkdownTable table =
        new MarkdownTable(
            2,
            "Stream",
            "Learner",
            "Seeds",
            "Here",
            "Published",
            "Difference",
            "Tolerance",
            "Within");
    for (Published.Comparison comparison : comparisons) {
      table.row(
          comparison.stream(),
          comparison.learner(),
          Integer.toString(comparison.seeds()),
          Numbers.fixed(comparison.accuracy(), 2),
          Numbers.fixed(comparison.published(), 2),
          Numbers.fixed(comparison.difference(), 2),
          Numbers.fixed(comparison.tolerance(), 1),
          comparison.within() ? "yes" : "**no**");
    }
    table(table);
  }
}
