// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.streams.ColumnDescription;
import io.driftmoe.streams.FileDescription;
import io.driftmoe.streams.Shown;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A data file in words, for a terminal. */
final class FileDescriptionText {
  private static final int WIDEST_NAME = 32;
  private static final int MOST_CLASSES = 40;

  private FileDescriptionText() {}

  static void print(FileDescription file, PrintWriter out) {
    out.println(file.file());
    line(out, "rows", String.format(Locale.ROOT, "%,d", file.rows()));
    file.facts().forEach((subject, fact) -> line(out, subject, fact));
    line(out, "class", Shown.of(file.className()));
    long shown = 0;
    for (var entry : file.classes().entrySet()) {
      if (++shown > MOST_CLASSES) {
        line(out, "", "and %s more classes".formatted(file.classes().size() - MOST_CLASSES));
        break;
      }
      line(
          out,
          "",
          String.format(
              Locale.ROOT,
              "%s: %,d %s, %.2f %%",
              Shown.of(entry.getKey()),
              entry.getValue(),
              entry.getValue() == 1 ? "row" : "rows",
              100.0 * entry.getValue() / Math.max(1, file.rows())));
    }
    out.println("  columns");
    int width =
        Math.min(
            WIDEST_NAME,
            file.columns().stream().mapToInt(column -> column.name().length()).max().orElse(0));
    for (ColumnDescription column : file.columns()) {
      out.println(
          String.format(
              Locale.ROOT,
              "    #%-4d %-" + Math.max(1, width) + "s  %-8s %s%s",
              column.position(),
              column.name(),
              column.use(),
              column.content(),
              column.missing() == 0
                  ? ""
                  : String.format(Locale.ROOT, "; %,d missing", column.missing())));
    }
    list(out, "order", file.order());
    list(out, "warnings", file.warnings());
    list(out, "faults: the file is refused until an option settles them", file.faults());
    out.println();
  }

  private static void line(PrintWriter out, String subject, String fact) {
    out.println(String.format(Locale.ROOT, "  %-13s %s", subject, fact));
  }

  private static void list(PrintWriter out, String subject, List<String> items) {
    if (!items.isEmpty()) {
      out.println("  " + subject);
      items.forEach(item -> out.println("    " + item));
    }
  }
}
