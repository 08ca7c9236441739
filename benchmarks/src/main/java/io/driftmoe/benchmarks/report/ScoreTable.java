// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Streams x learners by one measure, in Markdown: the best in bold, average ranks below. */
final class ScoreTable {
  private ScoreTable() {}

  /**
   * @param spread whether the deviation over the seeds is shown too
   */
  static MarkdownTable of(Results results, Measure measure, boolean spread) {
    MarkdownTable table = new MarkdownTable(1, header(results, "Stream"));
    List<String> oracles = Regret.oracles(results);
    for (String stream : results.streams()) {
      List<String> row = new ArrayList<>(List.of(MarkdownTable.plain(stream)));
      String best = best(results, stream, measure);
      for (String learner : results.learnerNames()) {
        String mark = oracles.contains(learner) ? "" : best;
        row.add(cell(results.runs(stream, learner), measure, spread, mark));
      }
      table.row(row);
    }
    Ranking ranking = Ranking.of(results, measure);
    List<String> ranks = new ArrayList<>(List.of("*average rank*"));
    for (String learner : results.learnerNames()) {
      OptionalDouble rank = ranking.average(learner);
      ranks.add(rank.isPresent() ? Numbers.fixed(rank.getAsDouble(), 2) : "–");
    }
    return table.row(ranks);
  }

  /** A heading, then the learners. */
  static List<String> header(Results results, String first) {
    List<String> header = new ArrayList<>(List.of(first));
    results.learnerNames().forEach(learner -> header.add(MarkdownTable.plain(learner)));
    return header;
  }

  /**
   * The best mean of a stream as it is printed, so that what reads the same is marked the same. An
   * oracle does not compete.
   */
  private static String best(Results results, String stream, Measure measure) {
    double sign = measure.highIsGood() ? 1 : -1;
    double best =
        results.learnerNames().stream()
            .filter(learner -> !Regret.oracles(results).contains(learner))
            .map(learner -> results.runs(stream, learner))
            .filter(Runs::complete)
            .mapToDouble(runs -> sign * runs.summary(measure).mean())
            .filter(Double::isFinite)
            .max()
            .orElse(Double.NaN);
    return Numbers.fixed(sign * best, measure.decimals());
  }

  /**
   * Mean over the seeds, or why there is none.
   *
   * @param best as it is printed
   */
  static String cell(Runs runs, Measure measure, boolean spread, String best) {
    if (runs.all().isEmpty()) {
      return "–";
    }
    if (runs.finished().isEmpty()) {
      return "failed";
    }
    Summary summary = runs.summary(measure);
    String mean = Numbers.fixed(summary.mean(), measure.decimals());
    String shown = spread ? summary.text(measure.decimals()) : mean;
    if (!runs.complete()) {
      return "%s (%s of %s)".formatted(shown, runs.finished().size(), runs.all().size());
    }
    return mean.equals(best) && summary.count() > 0 ? "**" + shown + "**" : shown;
  }
}
