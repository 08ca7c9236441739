// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a mixture tells of one prediction, and of the regions of its specialists. */
class ExplanationTest {
  private static final int EVENTS = 700;
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final List<LabeledExample> STREAM = Electricity.load(EVENTS).examples();

  private static MixtureOfExperts mixture(Preset preset) {
    return MixtureOfExperts.create(MixtureConfig.of(preset, 5), SCHEMA);
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** Everything predicted, and what the mixture is in the end. */
  private static List<Object> run(Preset preset, boolean tells) throws IOException {
    MixtureOfExperts mixture = mixture(preset);
    List<Object> said = new ArrayList<>();
    for (LabeledExample example : STREAM) {
      PendingPrediction prediction = mixture.predict(example.features());
      if (tells) {
        mixture.explain(prediction, 16);
        mixture.specialistRegions(8);
      }
      said.add(FeatureVector.of(prediction.probabilities()));
      said.add(FeatureVector.of(prediction.gateWeights()));
      said.add(mixture.learn(prediction, example.label()));
      if (tells) {
        mixture.explain(prediction, 16);
        mixture.specialistRegions(8);
      }
    }
    said.add(Arrays.hashCode(snapshot(mixture)));
    return said;
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void nothingIsPredictedOrLearnedOtherwise_bitForBit(Preset preset) throws IOException {
    assertThat(run(preset, true)).isEqualTo(run(preset, false));
  }

  @Test
  void votesAreThoseThatMadeThePrediction() {
    MixtureConfig uncorrected =
        MixtureConfig.of(Preset.ADAPTIVE, 5).withGoals(Objective.ACCURACY, Calibration.NEVER);
    MixtureOfExperts mixture = MixtureOfExperts.create(uncorrected, SCHEMA);
    for (LabeledExample example : STREAM) {
      PendingPrediction prediction = mixture.predict(example.features());
      List<ExpertVote> votes = mixture.explain(prediction, 16);
      double[] probabilities = new double[2];
      for (ExpertVote vote : votes) {
        int choice = SCHEMA.labels().name(0).equals(vote.says()) ? 0 : 1;
        probabilities[choice] += vote.weight() * vote.probability();
        probabilities[1 - choice] += vote.weight() * (1 - vote.probability());
        assertThat(vote.weight()).isEqualTo(prediction.gateWeights()[vote.expert()]).isPositive();
      }
      assertThat(probabilities).containsExactly(prediction.probabilities(), within(1e-9));
      assertThat(votes)
          .isSortedAccordingTo((a, b) -> Double.compare(b.weight(), a.weight()))
          .doesNotHaveDuplicates();
      assertThat(mixture.explain(prediction, 2)).isEqualTo(votes.subList(0, 2));
      mixture.learn(prediction, example.label());
    }
  }

  @Test
  void expertsOfOneClassEachSayYesOrNo() {
    MixtureOfExperts mixture = mixture(Preset.PAPER_TASK);
    for (LabeledExample example : STREAM) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    assertThat(mixture.explain(mixture.predict(STREAM.get(0).features()), 16))
        .hasSize(2)
        .allMatch(vote -> vote.says().equals("yes") || vote.says().equals("no"))
        .allMatch(vote -> vote.probability() >= 0.5);
  }

  @Test
  void theHeaviestSpecialistsAreToldOnceTheMixtureIsGrown() {
    MixtureOfExperts mixture = mixture(Preset.ADAPTIVE);
    for (LabeledExample example : STREAM) {
      assertThat(mixture.specialistRegions(8)).hasSize(mixture.isYoung() ? 0 : 8);
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    List<ServedRegion> all = mixture.specialistRegions(Integer.MAX_VALUE);
    assertThat(all)
        .hasSameSizeAs(mixture.specialistUse())
        .isSortedAccordingTo((a, b) -> Double.compare(b.weight(), a.weight()))
        .allMatch(served -> served.weight() >= 0 && served.weight() <= 1);
    assertThat(mixture.specialistRegions(3)).isEqualTo(all.subList(0, 3));
    String described = mixture.describe();
    for (ServedRegion served : all) {
      String[] path = served.specialist().split("\\.");
      assertThat(described)
          .contains("specialist %s: weight".formatted(path[path.length - 1]))
          .contains(" events; " + served.region());
    }
  }

  @Test
  void aPredictionOfAnotherMixtureIsRefused() {
    PendingPrediction other = mixture(Preset.PAPER_DATA).predict(STREAM.get(0).features());
    assertThatThrownBy(() -> mixture(Preset.ADAPTIVE).explain(other, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prediction has 12 experts, this mixture 7");
  }
}
