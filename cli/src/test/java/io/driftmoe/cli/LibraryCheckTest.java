// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LibraryCheckTest {
  private static final List<String> CLASSES;
  private static final PendingPrediction PREDICTION;

  static {
    try (LabeledStream stream = StreamCatalog.open("sea_a", 1, 1)) {
      CLASSES = stream.schema().labels().names();
      PREDICTION =
          MixtureOfExperts.create(MixtureConfig.of(Preset.PAPER_TASK, 1), stream.schema())
              .predict(FeatureVector.of(1, 2, 3));
    }
  }

  private static void compareWith(Consumer<PredictionEvent> change) {
    PredictionEvent written =
        PredictionEvent.newBuilder()
            .setModelKey("default")
            .setEventId("17")
            .setPredictedClass(CLASSES.get(PREDICTION.predictedClass()))
            .setProbabilities(boxed(PREDICTION.probabilities()))
            .setGateWeights(boxed(PREDICTION.gateWeights()))
            .setModelVersion(0)
            .setEventTime(0)
            .build();
    change.accept(written);
    LibraryCheck.compare(17, "17", PREDICTION, written, CLASSES);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().collect(Collectors.toList());
  }

  @Test
  void equalPrediction_passes() {
    assertThatCode(() -> compareWith(written -> {})).doesNotThrowAnyException();
  }

  @Test
  void oneBit_isADifference() {
    assertThatThrownBy(
            () ->
                compareWith(
                    written ->
                        written
                            .getProbabilities()
                            .set(1, Math.nextUp(PREDICTION.probabilities()[1]))))
        .hasMessageStartingWith("event 17 differs in its probability 1: the library says ");
    assertThatThrownBy(
            () ->
                compareWith(
                    written ->
                        written
                            .getGateWeights()
                            .set(0, Math.nextDown(PREDICTION.gateWeights()[0]))))
        .hasMessageStartingWith("event 17 differs in its gate weight 0");
  }

  @Test
  void everythingElse_isCompared() {
    assertThatThrownBy(() -> compareWith(written -> written.setEventId("18")))
        .hasMessage("event 17 differs in its event id: the library says 17, the job said 18");
    assertThatThrownBy(() -> compareWith(written -> written.setPredictedClass("no")))
        .hasMessageStartingWith("event 17 differs in its class");
    assertThatThrownBy(() -> compareWith(written -> written.setModelVersion(1)))
        .hasMessageStartingWith("event 17 differs in its model version");
    assertThatThrownBy(() -> compareWith(written -> written.getProbabilities().remove(0)))
        .hasMessageStartingWith("event 17 differs in its number of values of probability");
  }
}
