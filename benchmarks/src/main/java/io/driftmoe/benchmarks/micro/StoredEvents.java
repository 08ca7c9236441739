// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of a catalogued stream in memory, so that a benchmark does not pay for generating
 * them: first those that a model has learned before it is measured, then those of the round.
 */
final class StoredEvents {
  /** Events of a round; a multiple of the mini-batch, so that each round pays for whole steps. */
  static final int ROUND = 1024;

  private static final long SEED = 1;

  private final StreamSchema schema;
  private final List<LabeledExample> learned = new ArrayList<>();
  private final LabeledExample[] round = new LabeledExample[ROUND];
  private int next;

  /**
   * @param stream name in {@link StreamCatalog}; its last planted drift is behind the round when
   *     learned is above 3 * {@value #ROUND}
   * @param learned how many events come before the round
   */
  StoredEvents(String stream, int learned) {
    try (LabeledStream events = StreamCatalog.open(stream, (long) learned + ROUND, SEED)) {
      this.schema = events.schema();
      for (int i = 0; i < learned; i++) {
        this.learned.add(events.next());
      }
      for (int i = 0; i < ROUND; i++) {
        round[i] = events.next();
      }
    }
  }

  StreamSchema schema() {
    return schema;
  }

  /** What the model has learned before. */
  List<LabeledExample> learned() {
    return learned;
  }

  /** What is learned while the clock runs. */
  LabeledExample[] round() {
    return round;
  }

  /** The features of the round's events, one after the other, over and over. */
  FeatureVector nextFeatures() {
    next = (next + 1) % ROUND;
    return round[next].features();
  }
}
