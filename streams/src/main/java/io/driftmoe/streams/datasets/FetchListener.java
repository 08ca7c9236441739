// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.time.Duration;
import java.util.OptionalLong;

/** Is told how a download goes, on the thread that downloads. */
public interface FetchListener {
  /** Ignores everything. */
  FetchListener NONE = new FetchListener() {};

  /**
   * A server begins to send.
   *
   * @param from how many bytes are there already; 0 when the file comes from its start
   * @param total bytes of the whole file, where the server says or the catalogue knows
   */
  default void started(long from, OptionalLong total) {}

  /** So many bytes are there now. */
  default void progressed(long bytes) {}

  /**
   * An attempt failed and another follows.
   *
   * @param reason in words
   * @param wait until then
   */
  default void retrying(String reason, Duration wait) {}

  /** All bytes are there; their checksum is being computed. */
  default void verifying() {}
}
