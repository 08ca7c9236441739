// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.IOException;

/** Makes experts of one kind and configuration, fresh or from a snapshot. */
public interface ExpertFactory {

  /**
   * Makes a fresh expert.
   *
   * @param schema the attributes and classes the expert will see
   * @param seed of everything random in it
   * @return an expert that has learned nothing
   */
  Expert create(StreamSchema schema, long seed);

  /**
   * Restores the expert that a snapshot holds; it continues bit for bit like the one that wrote it.
   *
   * @param schema the schema the expert was created with
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored expert
   * @throws IOException when the bytes are truncated, of an unknown version, or were written under
   *     another schema or configuration
   */
  Expert restore(StreamSchema schema, DataInput in) throws IOException;

  /**
   * What a member of its experts is called.
   *
   * @param member position as in {@link LifecycleEvent#member}, at least 0
   * @return its position, unless the factory has been given names
   */
  default String memberName(int member) {
    return Integer.toString(member);
  }
}
