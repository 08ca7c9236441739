// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a data file, by the names of a model's attributes. */
interface ScoredRows extends Closeable {
  /**
   * One row.
   *
   * @param values of the attributes: numbers, and texts of nominal ones; none where it is missing
   * @param label name of its class, which need not be one of the model; null where it has none
   */
  record Row(Map<String, Object> values, @Nullable String label) {}

  /**
   * The next row; null after the last.
   *
   * @throws IOException when it is malformed or goes with another schema, naming file, line and
   *     column
   */
  @Nullable Row next() throws IOException;

  /** An error in the row given last. */
  IOException error(String message);
}
