// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttributionTest {
  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;

  @ParameterizedTest
  @EnumSource(Preset.class)
  void sumsToTheProbabilityOfEachClassAndChangesNothing(Preset preset) {
    MixtureOfExperts mixture = MixtureOfExperts.create(MixtureConfig.of(preset, 7), SCHEMA);
    MixtureOfExperts unasked = MixtureOfExperts.create(MixtureConfig.of(preset, 7), SCHEMA);
    List<PendingPrediction> late = new ArrayList<>();
    List<PendingPrediction> lateUnasked = new ArrayList<>();
    List<LabeledExample> examples = MixedStream.of(3_600, 5).subList(0, 1_200);
    double attributed = 0;
    for (int i = 0; i < examples.size(); i++) {
      FeatureVector features = examples.get(i).features();
      PendingPrediction prediction = mixture.predict(features);
      late.add(prediction);
      lateUnasked.add(unasked.predict(features));
      assertThat(prediction.probabilities()).isEqualTo(lateUnasked.get(i).probabilities());
      if (i % 3 == 0) {
        double[] probabilities = prediction.probabilities();
        for (int c = 0; c < probabilities.length; c++) {
          Attribution told = mixture.attribute(prediction, c);
          assertThat(told.probability()).isEqualTo(probabilities[c]);
          assertThat(told.sum()).isCloseTo(probabilities[c], within(1e-9));
          attributed +=
              told.contributions().stream().mapToDouble(x -> Math.abs(x.contribution())).sum();
        }
      }
      if (i >= 5) {
        int label = examples.get(i - 5).label();
        mixture.learn(late.get(i - 5), label);
        unasked.learn(lateUnasked.get(i - 5), label);
      }
    }
    if (preset == Preset.ADAPTIVE) {
      assertThat(attributed).isGreaterThan(100); // of 1,600 probabilities
    }
  }

  @Test
  void namesWhatIsBehindAPrediction() {
    MixtureOfExperts mixture = trained(MixtureConfig.of(Preset.ADAPTIVE, 3));
    PendingPrediction prediction = mixture.predict(MixedStream.of(1, 9).get(0).features());
    Attribution told = mixture.attribute(prediction);
    assertThat(told.label()).isEqualTo(SCHEMA.labels().name(prediction.predictedClass()));
    assertThat(told.contributions())
        .extracting(Attribution.Contribution::attribute)
        .isEqualTo(SCHEMA.attributes().stream().map(a -> a.name()).toList());
    assertThat(told.largest(2)).hasSizeLessThanOrEqualTo(2);
    assertThat(told.votes().get(0).expert()).isIn(mixture.expertNames());
    assertThat(told.votes()).extracting(Attribution.Vote::expert).doesNotHaveDuplicates();
    List<String> experts = mixture.expertNames();
    double families = 0;
    for (Attribution.Vote vote : told.votes()) {
      families += experts.contains(vote.expert()) ? vote.weight() : 0;
      assertThat(experts).anyMatch(name -> vote.expert().startsWith(name));
    }
    assertThat(families).isCloseTo(1, within(1e-9));
  }

  @Test
  void aMissingValueAndAnUnknownNominalOneHaveNoValue() {
    MixtureOfExperts mixture = trained(MixtureConfig.of(Preset.ADAPTIVE, 3));
    double[] values = new double[SCHEMA.features()];
    Arrays.fill(values, Double.NaN);
    Attribution told = mixture.attribute(mixture.predict(FeatureVector.of(values)));
    assertThat(told.contributions()).allMatch(contribution -> contribution.value() == null);
    assertThat(told.sum()).isCloseTo(told.probability(), within(1e-9));
  }

  @Test
  void readsHeavyTailsAsTheExpertsDo() {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 3), SCHEMA);
    int numeric = numericAttribute();
    Attribution told = null;
    for (LabeledExample example : MixedStream.of(3_000, 5).subList(0, 900)) {
      double[] values = new double[SCHEMA.features()];
      example.features().copyTo(values);
      values[numeric] = StrictMath.pow(10, 3 * values[numeric]);
      FeatureVector features = FeatureVector.of(values);
      PendingPrediction prediction = mixture.predict(features);
      told = mixture.attribute(prediction);
      assertThat(told.sum()).isCloseTo(told.probability(), within(1e-9));
      Object given = Double.isNaN(values[numeric]) ? null : (Object) values[numeric];
      assertThat(told.contributions().get(numeric).value()).isEqualTo(given);
      mixture.learn(prediction, example.label());
    }
    assertThat(mixture.tails().any()).isTrue();
  }

  private static int numericAttribute() {
    int a = 0;
    while (SCHEMA.attributes().get(a).isNominal()) {
      a++;
    }
    return a;
  }

  @Test
  void isAskedBeforeTheMixtureLearnsOn() {
    MixtureOfExperts mixture = trained(MixtureConfig.of(Preset.ADAPTIVE, 3));
    LabeledExample example = MixedStream.of(1, 9).get(0);
    PendingPrediction earlier = mixture.predict(example.features());
    PendingPrediction prediction = mixture.predict(example.features());
    mixture.learn(prediction, example.label());
    assertThatThrownBy(() -> mixture.attribute(earlier))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the mixture learns");
  }

  @Test
  void refusesAClassThatIsNone() {
    MixtureOfExperts mixture = trained(MixtureConfig.of(Preset.ADAPTIVE, 3));
    PendingPrediction prediction = mixture.predict(MixedStream.of(1, 9).get(0).features());
    assertThatThrownBy(() -> mixture.attribute(prediction, SCHEMA.classes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label must be from 0 to");
  }

  private static MixtureOfExperts trained(MixtureConfig config) {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    for (LabeledExample example : MixedStream.of(3_000, 5).subList(0, 800)) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    return mixture;
  }
}
