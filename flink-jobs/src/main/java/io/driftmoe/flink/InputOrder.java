// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonProperty;

/** In which order the events of a model key are processed. */
public enum InputOrder {
  /** As they arrive: lowest latency; depends on how partitions and topics interleave. */
  @JsonProperty("arrival")
  ARRIVAL,
  /**
   * By (event time, features before labels, event id), buffered until the watermark: a replay gives
   * the same predictions whatever the interleaving.
   */
  @JsonProperty("event-time")
  EVENT_TIME
}
