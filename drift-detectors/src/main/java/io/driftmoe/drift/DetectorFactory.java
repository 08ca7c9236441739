// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/** Makes detectors of one kind and with the same thresholds, fresh or from a snapshot. */
public interface DetectorFactory {

  /** A detector that has seen nothing. */
  DriftDetector create();

  /**
   * The detector that a snapshot holds; it continues bit for bit.
   *
   * @throws IOException when the bytes are truncated, of another kind or thresholds, of an unknown
   *     version or inconsistent
   */
  DriftDetector restore(DataInput in) throws IOException;
}
