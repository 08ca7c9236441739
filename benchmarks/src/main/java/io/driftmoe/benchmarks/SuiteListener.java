// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** Hears how a suite goes. Called from several threads, one at a time. */
public interface SuiteListener {

  /** A cell begins. */
  void started(Cell cell);

  /**
   * @param events of the cell that are done
   */
  void progressed(Cell cell, long events);

  /**
   * A cell has its result.
   *
   * @param reused whether it had run before
   */
  void finished(CellResult result, boolean reused);
}
