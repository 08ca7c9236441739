// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;

/** Results as a table: for programs and for people. */
final class MicroTable {
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private final List<MicroResult> results;

  MicroTable(List<MicroResult> results) {
    this.results = results;
  }

  void writeCsv(Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      CSV.printRecord(
          out,
          "benchmark",
          "parameters",
          "ns_per_operation",
          "ns_error",
          "operations_per_second",
          "bytes_per_operation");
      for (MicroResult result : results) {
        CSV.printRecord(
            out,
            result.benchmark(),
            result.parameters(),
            number("%.3f", result.nanos()),
            number("%.3f", result.error()),
            number("%.1f", result.operationsPerSecond()),
            number("%.1f", result.bytes()));
      }
    }
  }

  /** Lines of aligned columns. */
  String text() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("benchmark", "parameters", "ns/op", "error", "op/s", "bytes/op"));
    for (MicroResult result : results) {
      rows.add(
          List.of(
              result.benchmark(),
              result.parameters(),
              number("%,.1f", result.nanos()),
              number("%,.1f", result.error()),
              number("%,.0f", result.operationsPerSecond()),
              number("%,.0f", result.bytes())));
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int c = column;
        int width = rows.stream().mapToInt(cells -> cells.get(c).length()).max().orElseThrow();
        String padding = " ".repeat(width - row.get(c).length());
        boolean words = c < 2;
        line.append(words ? row.get(c) + padding : padding + row.get(c)).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Empty for what is unknown. */
  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
