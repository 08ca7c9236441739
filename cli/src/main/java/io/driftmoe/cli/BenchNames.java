// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.DetectorCatalog;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.streams.StreamCatalog;
import java.io.PrintWriter;

/** What the options of the bench command can name. */
final class BenchNames {
  private BenchNames() {}

  static void print(PrintWriter out) {
    out.println("Streams:");
    for (String name : StreamCatalog.names()) {
      out.printf("  %-14s %s%n", name, name);
    }
    out.println("Learners:");
    for (String name : LearnerCatalog.names()) {
      LearnerSpec spec = LearnerCatalog.named(name);
      String what =
          spec.kind() == LearnerSpec.Kind.MOA ? "MOA " + spec.definition() : "DriftMoE preset";
      out.printf("  %-22s %s%n", name, what);
    }
    out.println("Detectors:");
    out.println("  " + String.join(", ", DetectorCatalog.names()));
    out.flush();
  }
}
