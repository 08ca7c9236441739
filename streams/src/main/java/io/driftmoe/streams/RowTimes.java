// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the times of the rows of a file, which are in the order of the times of their events. */
final class RowTimes {
  private static final double MINUTE_MILLIS = 60_000;

  /** As {@link LabelTime.Landing} says. */
  private static final double MILES_A_MINUTE = 8;

  private static final double ON_GROUND_MINUTES = 40;

  private final TimeColumn event;
  private final @Nullable TimeColumn label;
  private final RecordedTimes recorded;
  private final int miles;
  private final int delay;
  private long latest = Long.MIN_VALUE;

  /**
   * @param names of all columns
   * @throws IllegalArgumentException on a column that the file does not have, or has twice
   */
  RowTimes(Path file, List<String> names, RecordedTimes recorded, MissingWords missing) {
    this.recorded = recorded;
    ColumnNames columns = new ColumnNames(names);
    this.event =
        column(recorded.eventColumn(), one(file, columns, "time", recorded.eventColumn()), missing);
    this.label =
        recorded.labelTime() instanceof LabelTime.InColumn known
            ? column(known.name(), one(file, columns, "label time", known.name()), missing)
            : null;
    boolean lands = recorded.labelTime() instanceof LabelTime.Landing;
    this.miles = lands ? one(file, columns, "distance", recorded.columns().get(1)) : -1;
    this.delay = lands ? one(file, columns, "delay", recorded.columns().get(2)) : -1;
  }

  private static TimeColumn column(String name, int position, MissingWords missing) {
    return new TimeColumn(name, position, missing);
  }

  private static int one(Path file, ColumnNames columns, String role, String reference) {
    List<Integer> found = columns.require(file, role, reference);
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "%s: %s columns are called '%s': name the %s column by position, #%s or #%s"
              .formatted(
                  file,
                  found.size(),
                  Shown.of(reference),
                  role,
                  found.get(0) + 1,
                  found.get(1) + 1));
    }
    return found.get(0);
  }

  /** The positions of the columns that it reads. */
  Set<Integer> positions() {
    Set<Integer> positions = new TreeSet<>(Set.of(event.position()));
    if (label != null) {
      positions.add(label.position());
    }
    if (miles >= 0) {
      positions.add(miles);
      positions.add(delay);
    }
    return positions;
  }

  /**
   * Finds the notations of the times.
   *
   * @param rows all that will be asked for, and maybe more
   * @param count how many will
   * @throws IOException when a time is missing or none, naming file and line
   */
  void survey(Path file, RowSource rows, long count) throws IOException {
    @Nullable String[] row = count > 0 ? rows.next() : null;
    for (long read = 1; row != null; read++) {
      event.observe(row, rows);
      if (label != null) {
        label.observe(row, rows);
      }
      row = read < count ? rows.next() : null;
    }
    event.decide(file);
    if (label != null) {
      label.decide(file);
    }
  }

  /**
   * The times of the next row.
   *
   * @throws IOException when it happened before the row before, naming file and line
   */
  EventTimes of(@Nullable String[] row, RowSource rows) throws IOException {
    long time = event.millis(row, rows);
    if (time < latest) {
      throw rows.error(
          "the time of this row, '%s', lies before that of the row above: sort the rows by column '%s'"
              .formatted(Shown.of(row[event.position()]), Shown.of(recorded.eventColumn())));
    }
    latest = time;
    return new EventTimes(time, labelTime(time, row, rows));
  }

  private long labelTime(long time, @Nullable String[] row, RowSource rows) throws IOException {
    if (label != null) {
      return label.millis(row, rows);
    }
    if (recorded.labelTime() instanceof LabelTime.After later) {
      return time + later.delay().toMillis();
    }
    double minutes =
        number(row, miles, rows) / MILES_A_MINUTE + ON_GROUND_MINUTES + number(row, delay, rows);
    return time + Math.round(minutes * MINUTE_MILLIS);
  }

  private static double number(@Nullable String[] row, int position, RowSource rows)
      throws IOException {
    String text = row[position];
    double number = text == null ? Double.NaN : Numbers.parse(text);
    if (Double.isNaN(number)) {
      throw rows.error(
          "column %s needs a number, got '%s': the time of the label hangs on it"
              .formatted(position + 1, text == null ? "" : Shown.of(text)));
    }
    return number;
  }
}
