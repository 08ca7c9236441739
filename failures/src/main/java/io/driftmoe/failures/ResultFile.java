// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** Results of runs, a row of CSV each: a set that was stopped goes on with what it has. */
record ResultFile(Path path) {
  private static final String SEPARATOR = ";";
  private static final String EQUALS = "=";

  private enum Column {
    FAULT,
    ORDER,
    STRIKES,
    EVENTS,
    LABELS,
    PREDICTIONS,
    LOST,
    DOUBLED,
    DIFFERENT,
    ACCOUNTED,
    NOT_LEARNED,
    RECOVERY_MILLIS,
    EXITS,
    DIGEST,
    PROBLEM
  }

  private static final CSVFormat NAMED =
      CSVFormat.DEFAULT
          .builder()
          .setHeader(Column.class)
          .setRecordSeparator('\n')
          .setSkipHeaderRecord(true)
          .get();

  void append(RunResult result) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    boolean isNew = !Files.exists(path);
    CSVFormat format = NAMED.builder().setSkipHeaderRecord(!isNew).get();
    try (BufferedWriter out =
            Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        CSVPrinter printer = new CSVPrinter(out, format)) {
      printer.printRecord(
          result.fault(),
          result.order(),
          result.strikes(),
          result.events(),
          result.labels(),
          result.predictions(),
          result.lost(),
          result.doubled(),
          result.different(),
          result.accounted(),
          result.notLearned(),
          result.recoveryMillis().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(SEPARATOR)),
          result.exits().entrySet().stream()
              .map(exit -> exit.getKey() + EQUALS + exit.getValue())
              .collect(Collectors.joining(SEPARATOR)),
          result.digest(),
          result.problem());
    }
  }

  List<RunResult> read() throws IOException {
    List<RunResult> results = new ArrayList<>();
    if (Files.exists(path)) {
      try (BufferedReader in = Files.newBufferedReader(path);
          CSVParser rows = CSVParser.parse(in, NAMED)) {
        rows.forEach(row -> results.add(result(row)));
      }
    }
    return results;
  }

  private static RunResult result(CSVRecord row) {
    String different = row.get(Column.DIFFERENT);
    return new RunResult(
        row.get(Column.FAULT),
        row.get(Column.ORDER),
        Integer.parseInt(row.get(Column.STRIKES)),
        number(row, Column.EVENTS),
        number(row, Column.LABELS),
        number(row, Column.PREDICTIONS),
        number(row, Column.LOST),
        number(row, Column.DOUBLED),
        different.isEmpty() ? null : Long.valueOf(different),
        Boolean.parseBoolean(row.get(Column.ACCOUNTED)),
        number(row, Column.NOT_LEARNED),
        parts(row, Column.RECOVERY_MILLIS).stream().map(Long::valueOf).toList(),
        exits(parts(row, Column.EXITS)),
        row.get(Column.DIGEST),
        row.get(Column.PROBLEM));
  }

  private static long number(CSVRecord row, Column column) {
    return Long.parseLong(row.get(column));
  }

  private static List<String> parts(CSVRecord row, Column column) {
    String text = row.get(column);
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(SEPARATOR));
  }

  private static Map<String, Integer> exits(List<String> parts) {
    Map<String, Integer> exits = new TreeMap<>();
    for (String part : parts) {
      int equals = part.indexOf(EQUALS);
      exits.put(part.substring(0, equals), Integer.valueOf(part.substring(equals + 1)));
    }
    return exits;
  }
}
