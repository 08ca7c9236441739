// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.drift.DriftDetector;
import java.io.DataInput;
import java.io.IOException;

/** Makes the detector on the mixture's error, fresh or from a snapshot. */
interface DetectorKind {
  DriftDetector create();

  DriftDetector restore(DataInput in) throws IOException;
}
