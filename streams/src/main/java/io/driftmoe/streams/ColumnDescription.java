// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * What one column of a data file holds.
 *
 * @param position in the file, from 1
 * @param use what it is: numeric, nominal, class, ignored, or unclear
 * @param missing cells without a value
 * @param content its range or its first values, in words
 */
public record ColumnDescription(
    int position, String name, String use, long missing, String content) {
  private static final int SHOWN = 6;

  static ColumnDescription of(CsvColumn column) {
    CsvType type = column.typing().type();
    String use =
        switch (column.role()) {
          case CLASS -> "class";
          case IGNORED -> "ignored";
          case FEATURE ->
              type == null ? "unclear" : type == CsvType.NOMINAL ? "nominal" : "numeric";
        };
    ColumnProfile profile = column.profile();
    boolean names = type == CsvType.NOMINAL || (profile.numbers() == 0 && type != CsvType.NUMERIC);
    return new ColumnDescription(
        column.position() + 1,
        Shown.of(column.name()),
        use,
        column.missing(),
        names
            ? values(
                column.role() == CsvColumn.Role.CLASS
                    ? column.classes().names()
                    : profile.values().keySet(),
                profile.unkept() > 0)
            : range(profile.least(), profile.most()));
  }

  static String values(Collection<String> values, boolean more) {
    if (values.isEmpty()) {
      return "no value";
    }
    return "%s%s value%s: %s%s"
        .formatted(
            more ? "more than " : "",
            values.size(),
            values.size() == 1 ? "" : "s",
            values.stream().limit(SHOWN).map(Shown::of).collect(Collectors.joining(", ")),
            values.size() > SHOWN ? ", …" : "");
  }

  static String range(double least, double most) {
    return least > most ? "no value" : number(least) + " to " + number(most);
  }

  static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
