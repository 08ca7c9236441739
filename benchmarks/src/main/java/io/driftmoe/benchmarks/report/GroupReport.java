// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.GroupComparison;
import io.driftmoe.benchmarks.GroupResult;
import io.driftmoe.benchmarks.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a comparison of groups came to: a table for people, {@code groups.csv} for programs. */
public final class GroupReport {
  private final List<GroupResult> results;
  private final String command;

  /**
   * @param results in the order of the table
   * @param provenance how they came about
   */
  public GroupReport(List<GroupResult> results, Provenance provenance) {
    this.results = List.copyOf(results);
    this.command = provenance.command();
  }

  /**
   * Writes {@code groups.md} and {@code groups.csv}.
   *
   * @param folder must exist
   */
  public void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("groups.md"), markdown());
    Files.writeString(folder.resolve("groups.csv"), csv());
  }

  private record Row(String stream, String learner, String delay, String design) {}

  /** The table; several seeds of a row as mean and standard deviation. */
  public String markdown() {
    Map<Row, List<GroupResult>> rows = new LinkedHashMap<>();
    for (GroupResult result : results) {
      Row row = new Row(result.stream(), result.learner(), result.delay(), result.design().key());
      rows.computeIfAbsent(row, first -> new ArrayList<>()).add(result);
    }
    List<String> header =
        new ArrayList<>(List.of("stream", "learner", "labels after", "design", "late groups"));
    int from = 1;
    for (int point : GroupComparison.POINTS) {
      header.add("%s to %s".formatted(from, point));
      from = point + 1;
    }
    header.addAll(List.of("first 100", "first 500", "later", "all", "CPU s"));
    MarkdownTable table = new MarkdownTable(4, header);
    rows.forEach((row, runs) -> table.row(cells(row, runs)));
    return """
        # Groups

        `%s`

        Accuracy in %%. Every second group is late: its events in the first half of the stream are left
        out. The columns up to 'later' are over the late groups, by how many events of its group came
        before; 'all' is over all events of all groups.

        %s"""
        .formatted(command, table);
  }

  private static List<String> cells(Row row, List<GroupResult> runs) {
    GroupResult first = runs.get(0);
    List<String> cells =
        new ArrayList<>(
            List.of(
                MarkdownTable.plain(row.stream()),
                MarkdownTable.plain(row.learner()),
                row.delay(),
                row.design(),
                "%s of %s".formatted(first.late(), first.groups())));
    for (int p = 0; p < GroupComparison.POINTS.size(); p++) {
      int point = p;
      cells.add(text(runs, run -> run.curve().get(point)));
    }
    cells.add(text(runs, GroupResult::first100));
    cells.add(text(runs, GroupResult::first500));
    cells.add(text(runs, GroupResult::later));
    cells.add(text(runs, GroupResult::all));
    cells.add(
        Numbers.fixed(runs.stream().mapToDouble(GroupResult::cpuSeconds).average().orElse(0), 1));
    return cells;
  }

  private static String text(List<GroupResult> runs, ToDoubleFunction<GroupResult> value) {
    return Summary.of(runs.stream().mapToDouble(value).toArray()).text(2);
  }

  private String csv() {
    List<String> header =
        new ArrayList<>(
            List.of(
                "stream",
                "group",
                "learner",
                "design",
                "seed",
                "labels_after",
                "events",
                "groups",
                "late"));
    GroupComparison.POINTS.forEach(point -> header.add("to_" + point));
    header.addAll(List.of("first_100", "first_500", "later", "all", "cpu_seconds"));
    List<List<String>> rows = new ArrayList<>();
    rows.add(header);
    results.forEach(run -> rows.add(row(run)));
    return CsvTables.csv(rows);
  }

  private static List<String> row(GroupResult run) {
    List<String> row =
        new ArrayList<>(
            List.of(
                run.stream(),
                run.group(),
                run.learner(),
                run.design().key(),
                Long.toString(run.seed()),
                run.delay(),
                Long.toString(run.events()),
                Integer.toString(run.groups()),
                Integer.toString(run.late())));
    run.curve().forEach(value -> row.add(Numbers.plain(value)));
    for (double value :
        List.of(run.first100(), run.first500(), run.later(), run.all(), run.cpuSeconds())) {
      row.add(Numbers.plain(value));
    }
    return row;
  }
}
