// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the comparison ({@code bench}) finds for a mixture on a file with the class {@code class}.
 */
public final class BenchScores {
  private static final Provenance NOBODY = new Provenance("a test", "none", "a JVM", "a processor");

  private BenchScores() {}

  /** Runs a cell of the comparison in this thread. */
  public static CellResult.Scores of(
      MixtureSettings settings, Path file, long seed, long events, LabelArrival labels)
      throws IOException {
    Cell cell =
        new Cell(
            StreamSource.file("a file", file, "class", List.of()),
            LearnerCatalog.mixture("a mixture", settings),
            seed,
            events,
            labels,
            1,
            1_000,
            List.of(),
            0);
    return new CellRun(cell, NOBODY, false, done -> {}).run().scores();
  }
}
