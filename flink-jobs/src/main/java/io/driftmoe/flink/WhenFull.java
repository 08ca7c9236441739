// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to the first event of a model key when there are as many models as may be. */
public enum WhenFull {
  /** The event becomes a dead letter; all models stay. */
  @JsonProperty("refuse")
  REFUSE,
  /** The model whose last record came the longest ago is dropped, which a drift event says. */
  @JsonProperty("drop-idle")
  DROP_IDLE
}
