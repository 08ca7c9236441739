// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.UncheckedIOException;
import java.util.List;

/** Results of cells that have none. */
final class Failures {
  private Failures() {}

  static CellResult of(Cell cell, Provenance provenance, String why) {
    return new CellResult(
        cell,
        why.strip().replaceAll("\\s*\\R\\s*", " "),
        null,
        null,
        List.of(),
        null,
        List.of(),
        List.of(),
        null,
        List.of(),
        provenance.of(cell));
  }

  /** Messages of files name file and line themselves; of anything else the type says most. */
  static String explain(Throwable fault) {
    if (fault instanceof UncheckedIOException && fault.getMessage() != null) {
      return fault.getMessage();
    }
    StackTraceElement[] trace = fault.getStackTrace();
    String where = trace.length == 0 ? "" : " at " + trace[0];
    return fault + where;
  }
}
