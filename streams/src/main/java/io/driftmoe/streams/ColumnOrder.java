// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether the rows of a file are ordered by one of its columns. */
final class ColumnOrder {
  // Fewer rows are in some order by chance.
  private static final int FEWEST_ROWS = 10;
  private static final Pattern ISO_DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}.*");
  private static final Pattern OTHER_DATE =
      Pattern.compile("[0-9]{1,4}([/.-])[0-9]{1,2}\\1[0-9]{2,4}([ T].*)?");
  private static final Pattern TIME = Pattern.compile("[0-9]{1,2}:[0-9]{2}(:[0-9]{2}.*)?");

  private final String name;
  private final NumberNotation notation;
  private final MissingWords missing;
  private @Nullable String last;
  private double lastNumber = Double.NaN;
  private boolean comparable = true;
  private boolean ascends = true;
  private boolean descends = true;
  private boolean dates = true;
  private long changes;
  private long rows;

  ColumnOrder(String name, NumberNotation notation, MissingWords missing) {
    this.name = name;
    this.notation = notation;
    this.missing = missing;
  }

  /** Whether a text is a date, a time, or both, in one of the usual notations. */
  static boolean isTime(String text) {
    return isDate(text) || OTHER_DATE.matcher(text).matches() || TIME.matcher(text).matches();
  }

  /** Whether a text is a date as ISO 8601 writes it, whose order is that of the letters. */
  private static boolean isDate(String text) {
    return ISO_DATE.matcher(text).matches();
  }

  void observe(String text) {
    if (missing.isAmongNumbers(text)) {
      return;
    }
    rows++;
    double number = notation.parse(text);
    if (last != null && !last.equals(text)) {
      changes++;
      comparable &= Double.isNaN(number) == Double.isNaN(lastNumber);
      int direction =
          Double.isNaN(number) ? text.compareTo(last) : Double.compare(number, lastNumber);
      ascends &= direction >= 0;
      descends &= direction <= 0;
    }
    dates &= Double.isNaN(number) && isDate(text);
    comparable &= dates || !Double.isNaN(number);
    last = text;
    lastNumber = number;
  }

  /** Says by which times or numbers the rows go up or down. */
  Optional<String> ascending() {
    if (!comparable || rows < FEWEST_ROWS || changes == 0 || !(ascends || descends)) {
      return Optional.empty();
    }
    return Optional.of(
        "the rows are in %s order of '%s'%s"
            .formatted(
                ascends ? "ascending" : "descending",
                name,
                dates ? ", a time" : changes == rows - 1 ? ", which counts or times them" : ""));
  }

  /** Says that the rows come class by class. */
  Optional<String> byClass(int classes) {
    return classes > 1 && changes == classes - 1 && rows >= Math.max(FEWEST_ROWS, 2 * classes)
        ? Optional.of(
            "the rows are sorted by the class '%s': no stream in time; shuffle them"
                .formatted(name))
        : Optional.empty();
  }
}
