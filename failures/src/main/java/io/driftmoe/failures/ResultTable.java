// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table of faults, in Markdown: a row for each fault and order, over all its runs. */
final class ResultTable {
  private static final String BEGIN = "<!-- table of faults: begin -->\n";
  private static final String END = "<!-- table of faults: end -->";
  private static final String HEAD =
      """
      | fault | order | times | events in | predictions out | lost | doubled | other than undisturbed \
      | events and labels accounted for | seconds without a new prediction: median, max | processes that ended by themselves |
      |---|---|---:|---:|---:|---:|---:|---:|---|---|---|
      """;

  private ResultTable() {}

  static String of(List<RunResult> results) {
    Map<String, List<RunResult>> rows = new LinkedHashMap<>();
    for (FaultKind kind : FaultKind.values()) {
      for (RunResult result : results) {
        if (result.fault().equals(kind.title())) {
          rows.computeIfAbsent(kind.what() + " | " + result.order(), row -> new ArrayList<>())
              .add(result);
        }
      }
    }
    StringBuilder table = new StringBuilder(HEAD);
    rows.forEach((row, runs) -> table.append(row(row, runs)));
    return table.toString();
  }

  private static String row(String name, List<RunResult> runs) {
    Map<String, Integer> exits = new TreeMap<>();
    runs.forEach(run -> run.exits().forEach((who, often) -> exits.merge(who, often, Integer::sum)));
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,d | %,d | %,d | %,d | %s | %s | %s | %s |%n",
        name,
        runs.stream().mapToInt(RunResult::strikes).sum(),
        runs.stream().mapToLong(RunResult::events).sum(),
        runs.stream().mapToLong(RunResult::predictions).sum(),
        runs.stream().mapToLong(RunResult::lost).sum(),
        runs.stream().mapToLong(RunResult::doubled).sum(),
        different(runs),
        accounted(runs),
        recovery(runs),
        exits.isEmpty()
            ? "none"
            : String.join(
                ", ",
                exits.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList()));
  }

  private static String different(List<RunResult> runs) {
    return runs.stream().allMatch(run -> run.different() == null)
        ? "not compared"
        : String.format(
            Locale.ROOT,
            "%,d",
            runs.stream().mapToLong(run -> run.different() == null ? 0 : run.different()).sum());
  }

  private static String accounted(List<RunResult> runs) {
    long bad = runs.stream().filter(run -> !run.accounted()).count();
    long given = runs.stream().filter(run -> !run.problem().isEmpty()).count();
    long notLearned =
        runs.stream().filter(RunResult::accounted).mapToLong(RunResult::notLearned).sum();
    return (bad == 0 ? "all" : "not in %s of %s runs".formatted(bad, runs.size()))
        + (notLearned == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d labels not learned", notLearned))
        + (given == 0 ? "" : "; %s given up".formatted(given));
  }

  private static String recovery(List<RunResult> runs) {
    List<Long> all = runs.stream().flatMap(run -> run.recoveryMillis().stream()).sorted().toList();
    return all.isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.1f, %.1f",
            (all.get((all.size() - 1) / 2) + all.get(all.size() / 2)) / 2000.0,
            all.get(all.size() - 1) / 1000.0);
  }

  /** Replaces the table in a document that has one, between the two comments. */
  static void replace(Path document, String table) throws IOException {
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(document + " has no place for the table of faults: " + BEGIN.strip());
    }
    Files.writeString(
        document, text.substring(0, begin + BEGIN.length()) + table + text.substring(end));
  }
}
