// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.PlantedShift;
import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.ShiftResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How soon planted changes of inputs were noticed, and how many alarms there were without one:
 * tables for people, {@code shifts.csv} for programs.
 */
public final class ShiftReport {
  private static final double PER = 100_000;

  private final List<ShiftResult> results;
  private final String command;

  /**
   * @param results in the order of the tables
   * @param provenance how they came about
   */
  public ShiftReport(List<ShiftResult> results, Provenance provenance) {
    this.results = List.copyOf(results);
    this.command = provenance.command();
  }

  /**
   * Writes {@code shifts.md} and {@code shifts.csv}.
   *
   * @param folder must exist
   */
  public void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("shifts.md"), markdown());
    Files.writeString(folder.resolve("shifts.csv"), csv());
  }

  private record Row(String stream, String learner, PlantedShift shift) {}

  /** The table; the last row of each learner and change is over all streams. */
  public String markdown() {
    Map<Row, List<ShiftResult>> rows = new LinkedHashMap<>();
    for (ShiftResult result : results) {
      Row row = new Row(result.stream(), result.learner(), result.shift());
      rows.computeIfAbsent(row, first -> new ArrayList<>()).add(result);
    }
    if (results.stream().map(ShiftResult::stream).distinct().count() > 1) {
      for (ShiftResult result : results) {
        Row row = new Row("all", result.learner(), result.shift());
        rows.computeIfAbsent(row, first -> new ArrayList<>()).add(result);
      }
    }
    MarkdownTable table =
        new MarkdownTable(
            3,
            List.of(
                "stream",
                "learner",
                "change",
                "runs",
                "inputs before, per 100,000",
                "outputs before",
                "inputs since",
                "outputs since",
                "noticed",
                "delay",
                "named",
                "delay",
                "first named",
                "group right",
                "outputs noticed",
                "delay",
                "errors noticed",
                "delay"));
    rows.forEach((row, runs) -> table.row(cells(row, runs)));
    return """
        # Changes of inputs

        `%s`

        A change in the middle of each stream. 'before' and 'since' are alarms in 100,000 events.
        'noticed' is the share of the runs with an alarm of inputs since the change, 'named' with one
        that names what moved, 'first named' with a first alarm that names it first, 'group right' with
        one that names the part of the input where it moved. Delays are the median of the runs with
        such an alarm, in events.

        %s"""
        .formatted(command, table);
  }

  private static List<String> cells(Row row, List<ShiftResult> runs) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                MarkdownTable.plain(row.stream()),
                MarkdownTable.plain(row.learner()),
                row.shift().key(),
                Integer.toString(runs.size())));
    cells.add(rate(runs, ShiftResult::inputsBefore, ShiftResult::before));
    cells.add(rate(runs, ShiftResult::outputsBefore, ShiftResult::before));
    cells.add(rate(runs, ShiftResult::inputsAfter, ShiftResult::after));
    cells.add(rate(runs, ShiftResult::outputsAfter, ShiftResult::after));
    cells.addAll(noticed(runs, ShiftResult::inputDelay));
    if (row.shift() == PlantedShift.NONE || row.shift() == PlantedShift.CLASSES) {
      cells.addAll(List.of("", "", "", ""));
    } else {
      cells.addAll(noticed(runs, ShiftResult::namedDelay));
      long right = runs.stream().filter(ShiftResult::firstIsRight).count();
      cells.add(share(right, runs.size()));
      long groups = runs.stream().filter(ShiftResult::groupIsRight).count();
      cells.add(row.shift() == PlantedShift.GROUP ? share(groups, runs.size()) : "");
    }
    cells.addAll(noticed(runs, ShiftResult::outputDelay));
    cells.addAll(noticed(runs, ShiftResult::labelDelay));
    return cells;
  }

  private static String rate(
      List<ShiftResult> runs,
      ToIntFunction<ShiftResult> alarms,
      ToIntFunction<ShiftResult> events) {
    double all = runs.stream().mapToInt(events).sum();
    return Numbers.fixed(PER * runs.stream().mapToInt(alarms).sum() / all, 1);
  }

  private static String share(long part, long all) {
    return Numbers.fixed(100.0 * part / all, 0) + " %";
  }

  /** The share, and the median delay of these. */
  private static List<String> noticed(List<ShiftResult> runs, ToIntFunction<ShiftResult> delay) {
    int[] delays = runs.stream().mapToInt(delay).filter(one -> one >= 0).sorted().toArray();
    return List.of(
        share(delays.length, runs.size()),
        delays.length == 0 ? "" : Integer.toString(delays[delays.length / 2]));
  }

  private String csv() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "stream",
            "learner",
            "change",
            "seed",
            "before",
            "since",
            "inputs_before",
            "outputs_before",
            "inputs_since",
            "outputs_since",
            "input_delay",
            "output_delay",
            "named_delay",
            "first_is_right",
            "group_is_right",
            "error_delay",
            "where"));
    for (ShiftResult run : results) {
      List<String> row = new ArrayList<>(List.of(run.stream(), run.learner(), run.shift().key()));
      row.add(Long.toString(run.seed()));
      Arrays.stream(
              new int[] {
                run.before(),
                run.after(),
                run.inputsBefore(),
                run.outputsBefore(),
                run.inputsAfter(),
                run.outputsAfter(),
                run.inputDelay(),
                run.outputDelay(),
                run.namedDelay(),
                run.firstIsRight() ? 1 : 0,
                run.groupIsRight() ? 1 : 0,
                run.labelDelay()
              })
          .mapToObj(Integer::toString)
          .forEach(row::add);
      row.add(run.where());
      rows.add(row);
    }
    return CsvTables.csv(rows);
  }
}
