// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a data file as text. */
interface RowSource extends Closeable {

  /**
   * The next row, null after the last.
   *
   * @return one field per column, null where the value is missing
   * @throws IOException when the row is malformed, naming file and line
   */
  @Nullable String @Nullable [] next() throws IOException;

  /** An error in the row given last; the message names file and line. */
  IOException error(String message);
}
