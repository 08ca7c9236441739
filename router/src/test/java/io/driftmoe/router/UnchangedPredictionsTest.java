// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayDeque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every bit of what the presets predict, as the published figures were made. A change of the code
 * that is not meant to change what is learned leaves these hashes alone; one that is states so, and
 * publishes the figures anew.
 */
final class UnchangedPredictionsTest {
  private static final int EVENTS = 6_000;

  /** Labels come this many events late; the last ones never. */
  private static final int DELAY = 20;

  @ParameterizedTest
  @CsvSource({
    "ADAPTIVE, led_a, 4587e998b8e7d98f",
    "ADAPTIVE, sea_a, 5c72574d2321c74",
    "ADAPTIVE, rbf_f5, b768d09e97c795de",
    "PAPER_DATA, led_a, dbfbb2603733847c",
    "PAPER_DATA, sea_a, 2647289e76d6a4c6",
    "PAPER_DATA, rbf_f5, 5fd134c0d62a94ee",
    "PAPER_TASK, led_a, ca740294d1339708",
    "PAPER_TASK, sea_a, f307118062dd5905",
    "PAPER_TASK, rbf_f5, 59c0ce6de2e340c1"
  })
  void predictsTheSameBits(Preset preset, String stream, String expected) {
    long hash = 0xcbf29ce484222325L;
    try (LabeledStream events = StreamCatalog.open(stream, EVENTS, 1)) {
      MixtureOfExperts mixture =
          MixtureOfExperts.create(MixtureConfig.of(preset, 1), events.schema());
      ArrayDeque<PendingPrediction> waiting = new ArrayDeque<>();
      ArrayDeque<Integer> labels = new ArrayDeque<>();
      while (events.hasNext()) {
        LabeledExample event = events.next();
        PendingPrediction prediction = mixture.predict(event.features());
        hash = mix(mix(hash, prediction.probabilities()), prediction.gateWeights());
        waiting.add(prediction);
        labels.add(event.label());
        if (waiting.size() > DELAY) {
          mixture.learn(waiting.remove(), labels.remove());
        }
      }
      hash = mix(hash, mixture.evaluation().overall().accuracy());
    }
    assertThat(Long.toHexString(hash)).isEqualTo(expected);
  }

  // FNV-1a over the bits of each value
  private static long mix(long hash, double... values) {
    long mixed = hash;
    for (double value : values) {
      mixed = (mixed ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
    }
    return mixed;
  }
}
