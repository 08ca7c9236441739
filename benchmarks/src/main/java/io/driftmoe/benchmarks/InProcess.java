// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.IOException;
import java.util.function.LongConsumer;

/** Runs cells in the calling thread: quick to start, but a cell that takes all memory takes all. */
final class InProcess implements CellExecutor {
  private final Provenance provenance;
  private final boolean ownProcess;

  /**
   * @param ownProcess whether cells run one at a time, with nothing else of weight beside them
   */
  InProcess(Provenance provenance, boolean ownProcess) {
    this.provenance = provenance;
    this.ownProcess = ownProcess;
  }

  @Override
  public CellResult execute(Cell cell, LongConsumer progress) {
    try {
      return new CellRun(cell, provenance, ownProcess, progress).run();
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      return Failures.of(cell, provenance, Failures.explain(e));
    } catch (OutOfMemoryError e) { // what filled the memory is out of reach by now
      return Failures.of(cell, provenance, e.toString());
    }
  }
}
