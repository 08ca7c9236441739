// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataInput;
import java.io.IOException;

/** Makes detectors of one kind and with the same thresholds, fresh or from a snapshot. */
public interface DetectorFactory {

  /** {@return a detector that has seen nothing} */
  DriftDetector create();

  /**
   * Restores the detector that a snapshot holds; it continues bit for bit.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored detector
   * @throws IOException when the bytes are truncated, of another kind or thresholds, of an unknown
   *     version or inconsistent
   */
  DriftDetector restore(DataInput in) throws IOException;
}
