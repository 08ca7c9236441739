// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.function.LongConsumer;

/** Runs one cell somewhere. Called from several threads at once. */
interface CellExecutor {

  /**
   * Runs it to the end, or says in the result why there is none.
   *
   * @param progress is told how many events are done, every now and then
   * @throws InterruptedException when it was stopped from outside; there is no result then
   */
  CellResult execute(Cell cell, LongConsumer progress) throws InterruptedException;
}
