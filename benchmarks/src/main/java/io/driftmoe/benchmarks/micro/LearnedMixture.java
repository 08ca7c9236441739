// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.io.IOException;

/** A mixture that has learned, as often as it is needed. */
final class LearnedMixture {
  private static final long SEED = 1;

  private final MixtureConfig config;
  private final StoredEvents events;
  private final byte[] snapshot;

  /**
   * @param preset key of the preset
   * @param stream name of the stream
   * @param learned events that it has learned
   */
  LearnedMixture(String preset, String stream, int learned) throws IOException {
    this.config = MixtureConfig.of(Preset.of(preset), SEED);
    this.events = new StoredEvents(stream, learned);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, events.schema());
    for (LabeledExample example : events.learned()) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    this.snapshot = Snapshots.bytes(mixture::writeSnapshot);
  }

  StoredEvents events() {
    return events;
  }

  /** A mixture of its own, which has learned the events before the round. */
  MixtureOfExperts restore() throws IOException {
    return MixtureOfExperts.restore(config, events.schema(), Snapshots.input(snapshot));
  }
}
