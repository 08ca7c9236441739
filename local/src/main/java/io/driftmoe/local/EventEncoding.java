// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.core.FeatureVector;
import org.jspecify.annotations.Nullable;

/** How events and labels are written for a job. For one thread. */
interface EventEncoding {
  /** An event; without its label where that comes later. */
  byte[] event(
      String modelKey,
      String eventId,
      long eventTime,
      FeatureVector features,
      @Nullable String label);

  /** A label that comes on its own. */
  byte[] label(String modelKey, String eventId, long eventTime, String label);
}
