// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;

/** Tells the source of the events of one stream. */
interface EventSources {

  /**
   * Tells of the last event that the stream has given.
   *
   * @param features of that event
   * @param target receives a number in [0, 1] for each source, adding up to 1
   */
  void tell(FeatureVector features, SourceKnowledge knowledge, double[] target);

  /** Makes the teller of a stream that has just been opened. */
  interface Finder {
    EventSources of(LabeledStream stream);
  }
}
