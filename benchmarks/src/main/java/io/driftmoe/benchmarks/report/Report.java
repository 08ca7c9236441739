// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.CellResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

public final class Report {
  public Report(List<CellResult> r, String c) {}

  public void writeTo(Path p) throws IOException {}

  public String markdown() {
    return "";
  }
}
