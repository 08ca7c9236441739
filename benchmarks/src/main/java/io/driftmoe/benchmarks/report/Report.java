// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What a suite came to, for people and for programs: an HTML page that needs no network, the same
 * in Markdown, and tables of comma-separated values. Accuracies, kappas, F1 and calibration error
 * are in per cent.
 */
public final class Report {
  private final List<CellResult> results;
  private final String command;

  /**
   * @param results of all cells, failed ones too; tables keep their order
   * @param command line that reproduces them
   */
  public Report(List<CellResult> results, String command) {
    this.results = List.copyOf(results);
    this.command = command;
  }

  /**
   * Writes results.csv, series.csv, report.md and report.html, and standings.csv, detections.csv,
   * experts.csv and regret.csv where there are any. Each file is there whole or as it was before.
   *
   * @param folder is made when it is not there
   * @throws IOException when a file cannot be written
   */
  public void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    CsvTables tables = new CsvTables(results);
    write(folder.resolve("results.csv"), tables.results());
    write(folder.resolve("series.csv"), tables.series());
    writeOrRemove(folder.resolve("standings.csv"), tables.standings());
    writeOrRemove(folder.resolve("detections.csv"), tables.detections());
    writeOrRemove(folder.resolve("experts.csv"), tables.experts());
    writeOrRemove(folder.resolve("regret.csv"), tables.regret());
    write(folder.resolve("report.md"), markdown());
    write(folder.resolve("report.html"), HtmlPage.of(PageData.of(new Results(results), command)));
  }

  /** The report in Markdown. */
  public String markdown() {
    return new MarkdownReport(new Results(results), command).text();
  }

  /** A table of an earlier run must not pass for one of this. */
  private static void writeOrRemove(Path file, Optional<String> text) throws IOException {
    if (text.isPresent()) {
      write(file, text.get());
    } else {
      Files.deleteIfExists(file);
    }
  }

  static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
