// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the records of an input topic are written. */
public enum InputFormat {
  /** The project's own events: Avro's single-object encoding of FeatureEvent and LabelEvent. */
  @JsonProperty("driftmoe")
  DRIFTMOE("driftmoe"),
  /** One JSON object (RFC 8259, UTF-8) a record. */
  @JsonProperty("json")
  JSON("json"),
  /** Avro's binary encoding alone; the writer's schema is in the configuration. */
  @JsonProperty("avro")
  AVRO("avro"),
  /** A zero byte, the id of the writer's schema in a registry (4 bytes), Avro's binary encoding. */
  @JsonProperty("avro-confluent")
  AVRO_CONFLUENT("avro-confluent");

  private final String key;

  InputFormat(String key) {
    this.key = key;
  }

  /** {@return the format as a configuration names it} */
  public String key() {
    return key;
  }

  /** {@return whether fields have names, so that a mapping says where things stand} */
  public boolean isMapped() {
    return this != DRIFTMOE;
  }
}
