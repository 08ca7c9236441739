// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataOutput;
import java.io.IOException;

/** Watches a stream of errors and says when its distribution has changed. Deterministic. */
public interface DriftDetector {

  /**
   * Takes one observation.
   *
   * @param error usually 0 for a right and 1 for a wrong prediction; finite
   * @return the level after this observation
   */
  DriftLevel update(double error);

  /**
   * Whether the level of the latest update, {@link DriftLevel#WARNING} or {@link DriftLevel#DRIFT},
   * means higher errors. A detector that looks both ways also reports these levels when errors
   * become fewer.
   *
   * @return false when errors became fewer, and at {@link DriftLevel#STABLE}
   */
  boolean errorRose();

  /**
   * Writes the whole state, thresholds included, as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  void writeSnapshot(DataOutput out) throws IOException;
}
