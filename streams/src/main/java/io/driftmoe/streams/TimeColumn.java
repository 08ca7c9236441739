// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A column of times. All its rows are looked at first, to find in which notation they are. */
final class TimeColumn {
  private static final String WAY_OUT = "2026-01-31T12:00:00, or a number since 1970";

  private final String name;
  private final int position;
  private final MissingWords missing;
  private List<TimeNotation> left = TimeNotation.ALL;

  /**
   * @param position from 0
   */
  TimeColumn(String name, int position, MissingWords missing) {
    this.name = name;
    this.position = position;
    this.missing = missing;
  }

  int position() {
    return position;
  }

  /**
   * Looks at a row.
   *
   * @throws IOException when its time is missing, or is none in the notations of those before
   */
  void observe(@Nullable String[] row, RowSource rows) throws IOException {
    String text = text(row, rows);
    List<TimeNotation> kept = new ArrayList<>(left.size());
    for (TimeNotation notation : left) {
      if (text.length() <= TimeNotation.LONGEST && !Double.isNaN(notation.millis(text))) {
        kept.add(notation);
      }
    }
    if (kept.isEmpty()) {
      String like =
          left.size() == TimeNotation.ALL.size()
              ? ""
              : left.stream()
                  .map(TimeNotation::format)
                  .collect(Collectors.joining(" or ", ", the rows before have format ", ""));
      throw rows.error(
          "column '%s' needs a time, got '%s'%s: write %s"
              .formatted(Shown.of(name), Shown.of(text), like, WAY_OUT));
    }
    left = kept;
  }

  /**
   * Ends the looking.
   *
   * @throws IOException when the times can be read in several ways
   */
  void decide(Path file) throws IOException {
    if (left.size() > 1) {
      throw new IOException(
          "%s: the times of column '%s' can be read as %s: write %s"
              .formatted(
                  file,
                  Shown.of(name),
                  left.stream().map(TimeNotation::format).collect(Collectors.joining(" and as ")),
                  WAY_OUT));
    }
  }

  /** The time of a row that was looked at before, in epoch milliseconds. */
  long millis(@Nullable String[] row, RowSource rows) throws IOException {
    double millis = left.get(0).millis(text(row, rows));
    if (Double.isNaN(millis)) {
      throw rows.error("column '%s' changed while it was read".formatted(Shown.of(name)));
    }
    return Math.round(millis);
  }

  private String text(@Nullable String[] row, RowSource rows) throws IOException {
    String text = row[position];
    if (text == null || missing.isAlways(text)) {
      throw rows.error(
          "column '%s' needs a time and is empty: remove this row".formatted(Shown.of(name)));
    }
    return text;
  }
}
