// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.DetectorCatalog;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.streams.StreamCatalog;
import io.driftmoe.streams.StreamDescription;
import java.io.PrintWriter;

/** What the options of the bench command can name. */
final class BenchNames {
  private BenchNames() {}

  static void print(PrintWriter out) {
    out.println("Streams:");
    for (String name : StreamCatalog.names()) {
      StreamDescription stream = StreamCatalog.describe(name);
      out.printf(
          "  %-14s %2s attributes, %2s classes%s: %s (%s)%n",
          name,
          stream.attributes(),
          stream.classes(),
          stream.hasSources() ? ", %2s sources".formatted(stream.sources()) : "",
          stream.summary(),
          stream.source());
    }
    out.println("Learners:");
    for (String name : LearnerCatalog.names()) {
      LearnerSpec spec = LearnerCatalog.named(name);
      String what =
          switch (spec.kind()) {
            case MOA -> "MOA " + spec.definition();
            case MIXTURE, LOADED_MIXTURE -> "DriftMoE";
            case EXPERT -> "DriftMoE's, alone";
            case ORACLE -> "specialists told the source of each event; where sources are known";
          };
      out.printf("  %-22s %s%n", name, what);
    }
    out.println("Detectors:");
    out.println("  " + String.join(", ", DetectorCatalog.names()));
    out.flush();
  }
}
