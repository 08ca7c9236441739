// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a job writes the records of its output topics. */
public enum OutputFormat {
  /** Avro in single-object encoding, with classes and experts by position. */
  @JsonProperty("driftmoe")
  DRIFTMOE,
  /** JSON, with classes and experts by name. */
  @JsonProperty("json")
  JSON
}
