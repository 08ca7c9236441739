// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Objective and calibration as parts of a mixture. */
class GoalsTest {
  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;
  private static final List<LabeledExample> STREAM = MixedStream.of(1_200, 5);
  private static final int LATE = 5;

  private static MixtureConfig config(Objective objective, Calibration calibration) {
    return MixtureConfig.of(Preset.ADAPTIVE, 7).withGoals(objective, calibration);
  }

  /** A mixture whose labels come late, and all that it has predicted. */
  private static final class Run {
    private MixtureOfExperts mixture;
    private final Queue<PendingPrediction> waiting = new ArrayDeque<>();
    private final List<PendingPrediction> predictions = new ArrayList<>();

    Run(MixtureConfig config) {
      mixture = MixtureOfExperts.create(config, SCHEMA);
    }

    Run to(int end) {
      for (int i = predictions.size(); i < end; i++) {
        PendingPrediction prediction = mixture.predict(STREAM.get(i).features());
        predictions.add(prediction);
        waiting.add(prediction);
        if (waiting.size() > LATE) {
          mixture.learn(waiting.remove(), STREAM.get(i - LATE).label());
        }
      }
      return this;
    }

    Run restarted(MixtureConfig config) throws IOException {
      mixture = MixtureOfExperts.restore(config, SCHEMA, in(saved(mixture)));
      List<PendingPrediction> kept = List.copyOf(waiting);
      waiting.clear();
      for (PendingPrediction prediction : kept) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        prediction.writeTo(new DataOutputStream(bytes));
        waiting.add(PendingPrediction.readFrom(in(bytes.toByteArray())));
      }
      return this;
    }

    List<Integer> classes() {
      return predictions.stream().map(PendingPrediction::predictedClass).toList();
    }

    List<double[]> probabilities() {
      return predictions.stream().map(PendingPrediction::probabilities).toList();
    }

    List<double[]> weights() {
      return predictions.stream().map(PendingPrediction::gateWeights).toList();
    }
  }

  private static byte[] saved(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  @Test
  void calibrationChangesProbabilitiesAlone() {
    Run plain = new Run(config(Objective.ACCURACY, Calibration.NEVER)).to(600);
    Run calibrated = new Run(config(Objective.ACCURACY, Calibration.ONLINE)).to(600);

    assertThat(calibrated.classes()).isEqualTo(plain.classes());
    assertThat(calibrated.weights()).usingRecursiveComparison().isEqualTo(plain.weights());
    assertThat(calibrated.probabilities().get(0)).isEqualTo(plain.probabilities().get(0));
    assertThat(calibrated.probabilities().get(500)).isNotEqualTo(plain.probabilities().get(500));
    assertThat(calibrated.mixture.evaluation().overall())
        .isEqualTo(plain.mixture.evaluation().overall());
  }

  @ParameterizedTest
  @EnumSource(names = {"BALANCED_ACCURACY", "G_MEAN"})
  void anObjectiveChoosesAndLearnsNothingElse(Objective objective) {
    Run plain = new Run(config(Objective.ACCURACY, Calibration.ONLINE)).to(600);
    Run other = new Run(config(objective, Calibration.ONLINE)).to(600);

    assertThat(other.probabilities()).usingRecursiveComparison().isEqualTo(plain.probabilities());
    assertThat(other.weights()).usingRecursiveComparison().isEqualTo(plain.weights());
    assertThat(other.classes()).isNotEqualTo(plain.classes());
    long right = 0;
    for (int i = 0; i < 600 - LATE; i++) {
      right += other.classes().get(i) == STREAM.get(i).label() ? 1 : 0;
    }
    assertThat(other.mixture.evaluation().overall().accuracy())
        .isEqualTo(100.0 * right / (600 - LATE));
  }

  @ParameterizedTest
  @CsvSource({
    "G_MEAN, ONLINE, 60",
    "G_MEAN, NEVER, 400",
    "BALANCED_ACCURACY, ONLINE, 400",
    "BALANCED_ACCURACY, NEVER, 17",
    "ACCURACY, ONLINE, 129",
  })
  void goesOnBitForBitAfterARestore(Objective objective, Calibration calibration, int cut)
      throws IOException {
    MixtureConfig config = config(objective, calibration);
    Run whole = new Run(config).to(700);
    Run cutRun = new Run(config).to(cut).restarted(config).to(700);

    assertThat(cutRun.classes()).isEqualTo(whole.classes());
    assertThat(cutRun.probabilities()).usingRecursiveComparison().isEqualTo(whole.probabilities());
    assertThat(saved(cutRun.mixture)).isEqualTo(saved(whole.mixture));
  }

  @ParameterizedTest
  @CsvSource({"50", "300"})
  void goalsMayChangeOnASavedMixture(int cut) throws IOException {
    MixtureConfig plain = config(Objective.ACCURACY, Calibration.NEVER);
    Run whole = new Run(plain).to(700);
    Run changed =
        new Run(plain)
            .to(cut)
            .restarted(config(Objective.G_MEAN, Calibration.ONLINE))
            .to(cut + 150)
            .restarted(config(Objective.BALANCED_ACCURACY, Calibration.ONLINE))
            .to(cut + 250);
    boolean others = !changed.classes().equals(whole.classes().subList(0, cut + 250));
    changed.restarted(plain).to(700);

    assertThat(others).isTrue();
    assertThat(changed.weights()).usingRecursiveComparison().isEqualTo(whole.weights());
    assertThat(changed.probabilities().subList(cut + 250, 700))
        .usingRecursiveComparison()
        .isEqualTo(whole.probabilities().subList(cut + 250, 700));
  }

  @Test
  void aYoungMixtureStaysYoungUnderOtherGoals() throws IOException {
    Run run = new Run(config(Objective.ACCURACY, Calibration.NEVER)).to(40);
    run.restarted(config(Objective.G_MEAN, Calibration.ONLINE));

    assertThat(run.mixture.isYoung()).isTrue();
  }

  @Test
  void aDocumentWithoutGoalsIsOneOfAccuracy() {
    MixtureConfig config = config(Objective.G_MEAN, Calibration.ONLINE);
    ObjectNode document = MixtureDocument.tree(config);
    assertThat(document.path("objective").asText()).isEqualTo("g-mean");
    document.remove(List.of("objective", "calibration"));

    assertThat(MixtureDocument.read(document))
        .isEqualTo(config(Objective.ACCURACY, Calibration.NEVER));
  }
}
