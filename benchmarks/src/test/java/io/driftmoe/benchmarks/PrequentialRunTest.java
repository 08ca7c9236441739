// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrequentialRunTest {
  private static final int EVENTS = 1_500;

  private static PrequentialRun run(Preset preset, long seed, long delay) {
    return new PrequentialRun(MixtureConfig.of(preset, seed), delay);
  }

  private static LabeledStream stream() {
    return StreamCatalog.open("sea_a", EVENTS, 1);
  }

  private static List<double[]> probabilities(PrequentialRun run) {
    List<double[]> all = new ArrayList<>();
    try (LabeledStream stream = stream()) {
      run.run(stream, (index, prediction) -> all.add(prediction.probabilities()));
    }
    return all;
  }

  @Test
  void withoutDelay_equalsPredictThenLearnByHand() {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.PAPER_TASK, 3), stream().schema());
    List<double[]> expected = new ArrayList<>();
    try (LabeledStream stream = stream()) {
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        PendingPrediction prediction = mixture.predict(example.features());
        expected.add(prediction.probabilities());
        mixture.learn(prediction, example.label());
      }
    }

    assertThat(probabilities(run(Preset.PAPER_TASK, 3, 0)))
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(expected);
  }

  @Test
  void result_countsEventsAndScoresAgreeWithTheListener() {
    List<Integer> predicted = new ArrayList<>();
    List<Long> indices = new ArrayList<>();
    PrequentialRun.Result result;
    try (LabeledStream stream = stream()) {
      result =
          run(Preset.PAPER_DATA, 1, 0)
              .run(
                  stream,
                  (index, prediction) -> {
                    indices.add(index);
                    predicted.add(prediction.predictedClass());
                  });
    }
    int right = 0;
    try (LabeledStream stream = stream()) {
      for (int label : predicted) {
        right += stream.next().label() == label ? 1 : 0;
      }
    }

    assertThat(result.events()).isEqualTo(EVENTS);
    assertThat(indices).hasSize(EVENTS).startsWith(0L).endsWith(EVENTS - 1L).isSorted();
    assertThat(result.scores().labels()).isEqualTo(EVENTS);
    assertThat(result.scores().accuracy()).isCloseTo(100.0 * right / EVENTS, within(1e-9));
    assertThat(result.wallSeconds()).isPositive();
    assertThat(result.cpuSeconds()).isPositive();
    assertThat(result.eventsPerSecond()).isPositive();
  }

  @Test
  void withDelay_labelOfEventIsLearnedAfterEventPlusDelayWasPredicted() {
    List<Long> versions = new ArrayList<>();
    PrequentialRun.Result result;
    try (LabeledStream stream = stream()) {
      result =
          run(Preset.PAPER_DATA, 1, 100)
              .run(stream, (index, prediction) -> versions.add(prediction.modelVersion()));
    }

    // event 100 is the last one predicted by a mixture that has learned nothing
    assertThat(versions.subList(0, 101)).containsOnly(0L);
    assertThat(versions.get(101)).isEqualTo(1);
    assertThat(versions.get(EVENTS - 1)).isEqualTo(EVENTS - 101);
    assertThat(result.scores().labels()).isEqualTo(EVENTS);
  }

  @Test
  void delayBeyondTheStream_learnsEverythingAtTheEnd() {
    PrequentialRun.Result result;
    try (LabeledStream stream = stream()) {
      result = run(Preset.PAPER_DATA, 1, EVENTS + 5).run(stream);
    }

    assertThat(result.events()).isEqualTo(EVENTS);
    assertThat(result.scores().labels()).isEqualTo(EVENTS);
  }

  @Test
  void sameSeed_repeatsBitForBit_otherSeedDiffers() {
    List<double[]> first = probabilities(run(Preset.PAPER_DATA, 7, 0));

    assertThat(probabilities(run(Preset.PAPER_DATA, 7, 0)))
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(first);
    assertThat(probabilities(run(Preset.PAPER_DATA, 8, 0)))
        .usingElementComparator(java.util.Arrays::compare)
        .isNotEqualTo(first);
  }

  @Test
  void negativeDelay_isRejectedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(Preset.PAPER_DATA, 1, -1))
        .withMessage("labelDelay must not be negative, got -1");
  }
}
