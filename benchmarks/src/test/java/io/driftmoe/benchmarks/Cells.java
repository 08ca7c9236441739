// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.IOException;
import java.util.List;

/** Cells of tests, and what runs them. */
final class Cells {
  static final Provenance NOBODY = new Provenance("a test", "none", "a JVM", "a processor");

  private Cells() {}

  static Cell cell(String stream, String learner, long events) {
    return new Cell(
        StreamSource.catalogued(stream),
        LearnerCatalog.named(learner),
        1,
        events,
        LabelArrival.IMMEDIATE,
        1,
        Math.max(1, events / 10),
        List.of(),
        0);
  }

  static Cell withLabels(Cell cell, LabelArrival labels) {
    return new Cell(
        cell.stream(),
        cell.learner(),
        cell.seed(),
        cell.events(),
        labels,
        cell.folds(),
        cell.window(),
        cell.detectors(),
        cell.warmUp());
  }

  static Cell withSeed(Cell cell, long seed) {
    return new Cell(
        cell.stream(),
        cell.learner(),
        seed,
        cell.events(),
        cell.labels(),
        cell.folds(),
        cell.window(),
        cell.detectors(),
        cell.warmUp());
  }

  static Cell withDetectors(Cell cell, List<String> detectors) {
    return new Cell(
        cell.stream(),
        cell.learner(),
        cell.seed(),
        cell.events(),
        cell.labels(),
        cell.folds(),
        cell.window(),
        detectors,
        cell.warmUp());
  }

  static CellResult run(Cell cell) throws IOException {
    return new CellRun(cell, NOBODY, false, events -> {}).run();
  }
}
