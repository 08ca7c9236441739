// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A part that a mixture has only where a setting asks for it; see {@link FurtherParts}. */
interface FurtherPart {
  /** Writes the whole state as versioned bytes. */
  void writeSnapshot(DataOutput out) throws IOException;

  /**
   * Reads what {@link #writeSnapshot} wrote into this part, which has learned nothing yet.
   *
   * @throws IOException when the bytes are truncated, of an unknown version or mean nothing
   */
  void readSnapshot(DataInput in) throws IOException;
}
