// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a job that restores no savepoint begins to read; one that does continues where it was. */
public enum StartingOffsets {
  /** All that the topics still hold. */
  @JsonProperty("earliest")
  EARLIEST,
  /** Only what comes from now on. */
  @JsonProperty("latest")
  LATEST
}
