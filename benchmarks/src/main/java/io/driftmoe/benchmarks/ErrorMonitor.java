// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/** A drift detector that watches the errors of a learner. */
public interface ErrorMonitor {

  /**
   * Takes the outcome of one prediction.
   *
   * @param error whether it was wrong
   * @return whether the detector reports a drift now
   */
  boolean alarm(boolean error);
}
