// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A CSV file whose types are known, after one or two passes over its rows. */
final class CsvFile {
  private final Path file;
  private final FileReading reading;
  private final CsvDialect dialect;
  private final List<CsvColumn> columns = new ArrayList<>();
  private final List<ColumnOrder> orders = new ArrayList<>();
  private int width;
  private long length;

  private CsvFile(Path file, FileReading reading, CsvDialect dialect) {
    this.file = file;
    this.reading = reading;
    this.dialect = dialect;
  }

  /**
   * @param times where the times of the rows are; null where they are not asked for
   */
  static LabeledStream open(
      Path file,
      String className,
      Collection<String> ignore,
      @Nullable RecordedTimes times,
      FileReading reading,
      long maxEvents)
      throws IOException {
    CsvFile csv = read(file, className, ignore, reading, maxEvents, false);
    csv.requireTypes();
    return csv.stream(times == null ? null : csv.times(times));
  }

  /** Reads all rows once more, to find in which notation their times are. */
  private RowTimes times(RecordedTimes recorded) throws IOException {
    try (CsvRows rows = new CsvRows(file, reading, dialect)) {
      RowTimes times =
          new RowTimes(file, rows.names(), recorded, new MissingWords(reading.missing()));
      times.survey(file, rows, length);
      return times;
    }
  }

  static FileDescription describe(
      Path file, String className, Collection<String> ignore, FileReading reading, long maxEvents)
      throws IOException {
    return read(file, className, ignore, reading, maxEvents, true).description();
  }

  /**
   * Finds the types.
   *
   * @param describing whether ignored columns and orders are wanted, too
   */
  private static CsvFile read(
      Path file,
      String className,
      Collection<String> ignore,
      FileReading reading,
      long maxEvents,
      boolean describing)
      throws IOException {
    Set<String> named = new HashSet<>(ignore);
    named.addAll(reading.numeric());
    named.addAll(reading.nominal());
    if (!className.equals(ColumnChoice.LAST)) {
      named.add(className);
    }
    CsvFile csv = new CsvFile(file, reading, CsvDialect.of(file, reading, named));
    try (CsvRows rows = new CsvRows(file, reading, csv.dialect)) {
      csv.choose(rows.names(), className, ignore, describing);
      String[] row = maxEvents > 0 ? rows.next() : null;
      while (row != null) {
        csv.length++;
        for (int i = 0; i < csv.columns.size(); i++) {
          csv.columns.get(i).observe(row, rows.line());
          if (describing) {
            csv.orders.get(i).observe(row[i]);
          }
        }
        row = csv.length < maxEvents ? rows.next() : null;
      }
    }
    if (csv.length == 0) {
      throw new IOException(file + ": no row of data");
    }
    csv.collectNumbersOfNames();
    return csv;
  }

  private void choose(
      List<String> names, String className, Collection<String> ignore, boolean describing)
      throws IOException {
    width = names.size();
    if (width == 1 && dialect.usualWidth() > 1) {
      throw new IOException(
          "%s: the first row has one field, '%s', and most rows have %s: remove the lines above the names"
              .formatted(file, Shown.of(names.get(0)), dialect.usualWidth()));
    }
    ColumnChoice choice;
    Map<Integer, CsvType> given = new TreeMap<>();
    try {
      choice = ColumnChoice.of(file, names, className, ignore);
      give(given, names, "nominal", reading.nominal(), CsvType.NOMINAL);
      give(given, names, "numeric", reading.numeric(), CsvType.NUMERIC);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + hint(), e);
    }
    OptionalInt repeated = choice.repeated(names);
    if (repeated.isPresent()) {
      throw new IOException(
          "%s: two columns are called '%s': name one by its position, as in --ignore '#%s'"
              .formatted(file, Shown.of(names.get(repeated.getAsInt())), repeated.getAsInt() + 1));
    }
    if (given.get(choice.label()) == CsvType.NUMERIC) {
      throw new IllegalArgumentException(
          "%s: column '%s' is the class and cannot be numeric"
              .formatted(file, Shown.of(names.get(choice.label()))));
    }
    MissingWords missing = new MissingWords(reading.missing());
    Set<Integer> features = new HashSet<>(choice.features());
    ValueBudget budget = new ValueBudget();
    for (int i : describing ? IntStream.range(0, width).boxed().toList() : used(choice)) {
      CsvColumn.Role role =
          i == choice.label()
              ? CsvColumn.Role.CLASS
              : features.contains(i) ? CsvColumn.Role.FEATURE : CsvColumn.Role.IGNORED;
      columns.add(
          new CsvColumn(names.get(i), i, role, given.get(i), missing, dialect.notation(), budget));
      orders.add(new ColumnOrder(Shown.of(names.get(i)), dialect.notation(), missing));
    }
  }

  /** What may be guessed wrong when the columns are not those that were named. */
  private String hint() {
    if (width == 1) {
      return "; --separator names the character between columns";
    }
    return reading.header() == FileReading.Header.GUESSED && !dialect.header()
        ? "; the first row is taken for data, --header yes if it holds the names"
        : "";
  }

  private static List<Integer> used(ColumnChoice choice) {
    List<Integer> used = new ArrayList<>(choice.features());
    used.add(choice.label());
    return used;
  }

  private void give(
      Map<Integer, CsvType> given,
      List<String> names,
      String role,
      List<String> references,
      CsvType type) {
    ColumnNames columnNames = new ColumnNames(names);
    for (String reference : references) {
      for (int position : columnNames.require(file, role, reference)) {
        CsvType before = given.putIfAbsent(position, type);
        if (before != null && before != type) {
          throw new IllegalArgumentException(
              "%s: column '%s' cannot be numeric and nominal"
                  .formatted(file, Shown.of(names.get(position))));
        }
      }
    }
  }

  /** Nominal columns that hold numbers as well have forgotten these: read once more. */
  private void collectNumbersOfNames() throws IOException {
    List<CsvColumn> incomplete = columns.stream().filter(CsvColumn::isIncomplete).toList();
    if (incomplete.isEmpty()) {
      return;
    }
    incomplete.forEach(CsvColumn::startAgain);
    try (CsvRows rows = new CsvRows(file, reading, dialect)) {
      for (long i = 0; i < length; i++) {
        String[] row = rows.next();
        if (row == null) {
          throw new IOException(file + ": became shorter while it was read");
        }
        for (CsvColumn column : incomplete) {
          column.observe(row, rows.line());
        }
      }
    }
  }

  private void requireTypes() throws IOException {
    List<CsvColumn> faulty =
        columns.stream().filter(column -> column.typing().fault() != null).toList();
    if (!faulty.isEmpty()) {
      String others =
          faulty.size() == 1
              ? ""
              : "; columns with faults: %s, which 'driftmoe data describe' lists"
                  .formatted(faulty.size());
      String message = fault(faulty.get(0).typing()) + others;
      throw faulty.get(0).isWrongClass()
          ? new WrongClassException(message)
          : new IOException(message);
    }
  }

  private String fault(Typing typing) {
    String place = typing.line() == 0 ? file.toString() : file + ":" + typing.line();
    return place + ": " + typing.fault();
  }

  private LabeledStream stream(@Nullable RowTimes times) throws IOException {
    List<Column> features = new ArrayList<>();
    Map<Integer, CsvCells.Cell> cells = new TreeMap<>();
    for (CsvColumn column : columns) {
      features.add(column.column());
      cells.put(column.position(), column.cell());
    }
    if (times != null) {
      times.positions().forEach(position -> cells.putIfAbsent(position, text -> text));
    }
    Column label = features.remove(features.size() - 1);
    CsvRows rows = new CsvRows(file, reading, dialect);
    try {
      return new FileStream(
          file, new CsvCells(rows, cells), features, label, length, notes(), times);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    long nominal = columns.stream().filter(c -> c.typing().type() == CsvType.NOMINAL).count() - 1;
    notes.add(
        "%s rows of %s columns separated by %s; the first row %s the names; %s numeric and %s nominal attributes"
            .formatted(
                length,
                width,
                dialect.separatorName(),
                dialect.header() ? "holds" : "is data and does not hold",
                columns.size() - 1 - nominal,
                nominal));
    notes.addAll(warnings());
    return notes;
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>(dialect.doubts());
    for (CsvColumn column : columns) {
      if (column.role() != CsvColumn.Role.IGNORED && column.typing().fault() == null) {
        warnings.addAll(new ColumnWarnings(column).all());
      }
    }
    return warnings;
  }

  private FileDescription description() {
    List<ColumnDescription> described = new ArrayList<>();
    List<String> order = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Map<String, Long> classes = Map.of();
    String className = "";
    for (int i = 0; i < columns.size(); i++) {
      CsvColumn column = columns.get(i);
      described.add(ColumnDescription.of(column));
      boolean isClass = column.role() == CsvColumn.Role.CLASS;
      boolean isIgnored = column.role() == CsvColumn.Role.IGNORED;
      if (column.typing().fault() != null && !isIgnored) {
        faults.add(fault(column.typing()));
      }
      if (isClass) {
        className = column.name();
        classes = column.classCounts();
        orders.get(i).byClass(classes.size()).ifPresent(order::add);
      } else {
        orders.get(i).ascending().ifPresent(order::add);
      }
    }
    return new FileDescription(
        file.toString(),
        length,
        dialect.facts(reading, width, length),
        described,
        className,
        classes,
        order,
        warnings(),
        faults);
  }
}
