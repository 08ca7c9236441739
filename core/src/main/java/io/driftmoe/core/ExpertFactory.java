// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.IOException;

/** Makes experts of one kind and configuration, fresh or from a snapshot. */
public interface ExpertFactory {

  /**
   * A fresh expert.
   *
   * @param schema the attributes and classes the expert will see
   * @param seed of everything random in it
   */
  Expert create(StreamSchema schema, long seed);

  /**
   * The expert that a snapshot holds; it continues bit for bit like the one that wrote it.
   *
   * @param schema the schema the expert was created with
   * @throws IOException when the bytes are truncated, of an unknown version, or were written under
   *     another schema or configuration
   */
  Expert restore(StreamSchema schema, DataInput in) throws IOException;
}
