// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.VariantScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How variants did, as tables. */
final class VariantTable {
  private static final List<String> COLUMNS =
      List.of(
          "learner",
          "labels",
          "accuracy",
          "negative flips",
          "positive flips",
          "CPU s",
          "labels per CPU s",
          "model bytes");

  private VariantTable() {}

  /** For people; none without variants. */
  static List<String> lines(List<VariantScore> scores) {
    List<String> lines = new ArrayList<>();
    if (!scores.isEmpty()) {
      lines.add(format("%-20s %12s %10s %15s %15s %10s %17s %14s", COLUMNS.toArray(Object[]::new)));
      for (VariantScore score : scores) {
        lines.add(
            format(
                "%-20s %12d %10.3f %15d %15d %10.1f %17.0f %14d",
                score.name(),
                score.labels(),
                score.accuracy(),
                score.negativeFlips(),
                score.positiveFlips(),
                score.cpuSeconds(),
                score.labels() / score.cpuSeconds(),
                score.modelBytes()));
      }
    }
    return lines;
  }

  /**
   * Writes variants.csv and variants.md.
   *
   * @param folder made where it is not there
   */
  static void write(List<VariantScore> scores, Path folder) throws CommandException {
    List<String> csv = new ArrayList<>();
    List<String> markdown = new ArrayList<>();
    csv.add(
        "learner,labels,accuracy,negative_flips,positive_flips,cpu_seconds,labels_per_cpu_second,"
            + "model_bytes");
    markdown.add("| " + String.join(" | ", COLUMNS) + " |");
    markdown.add("|---" + "|---:".repeat(COLUMNS.size() - 1) + "|");
    for (VariantScore score : scores) {
      Object[] values = {
        score.name(),
        score.labels(),
        score.accuracy(),
        score.negativeFlips(),
        score.positiveFlips(),
        score.cpuSeconds(),
        score.labels() / score.cpuSeconds(),
        score.modelBytes()
      };
      csv.add(format("\"%s\",%d,%s,%d,%d,%.3f,%.1f,%d", values));
      markdown.add(format("| %s | %,d | %.3f | %,d | %,d | %.1f | %,.0f | %,d |", values));
    }
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("variants.csv"), csv);
      Files.write(folder.resolve("variants.md"), markdown);
    } catch (IOException e) {
      throw new CommandException("--out: " + FailureMessage.of(e), e);
    }
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
