// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlpClassifierTest extends ExpertContractTest {
  private static final StreamSchema PLANE =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.numeric("y")),
          new LabelSpace(List.of("equal", "unequal")));

  @Override
  protected ExpertFactory factory() {
    return MlpClassifierFactory.defaults();
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return nominal;
  }

  /** A batch that the contract's cuts leave half full. */
  @Nested
  final class BatchOfSevenTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return new MlpClassifierFactory(List.of(20, 8), 1e-2, 7);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return nominal;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8})
  void learnsExclusiveOr(int batch) {
    Expert expert = new MlpClassifierFactory(List.of(16), 1e-2, batch).create(PLANE, 5);
    SplitMix64 random = new SplitMix64(6);
    exclusiveOr(expert, random, 6_000);
    assertThat(exclusiveOr(expert, random, 1_000)).isGreaterThan(0.95);
  }

  @Test
  void withoutHiddenLayerExclusiveOrIsOutOfReach() {
    Expert expert = new MlpClassifierFactory(List.of(), 1e-2, 1).create(PLANE, 5);
    SplitMix64 random = new SplitMix64(6);
    exclusiveOr(expert, random, 6_000);
    assertThat(exclusiveOr(expert, random, 1_000)).isBetween(0.3, 0.7);
  }

  private static double exclusiveOr(Expert expert, SplitMix64 random, int events) {
    int right = 0;
    double[] p = new double[2];
    for (int i = 0; i < events; i++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      int label = x > 0.5 == y > 0.5 ? 0 : 1;
      FeatureVector features = FeatureVector.of(x, 1e9 + y);
      expert.predict(features, p);
      right += p[label] > 0.5 ? 1 : 0;
      expert.learn(features, label, 1);
    }
    return (double) right / events;
  }

  @Test
  void staysUniformUntilTheFirstBatchIsFull() {
    Expert expert = new MlpClassifierFactory(List.of(4), 1e-2, 3).create(PLANE, 1);
    double[] p = new double[2];
    for (int i = 0; i < 3; i++) {
      expert.predict(FeatureVector.of(1, 2), p);
      assertThat(p).containsExactly(0.5, 0.5);
      expert.learn(FeatureVector.of(i, i), 1, 1);
    }
    expert.predict(FeatureVector.of(1, 2), p);
    assertThat(p[1]).isGreaterThan(0.5);
    assertThat(expert.describe()).contains("[2, 4, 2]", "Adam steps: 1, 0 of 3");
  }

  @Test
  void exampleOfWeightTwoCountsLikeTwo() {
    // One batch each with the same sum of gradients up to a factor, to which Adam does not react.
    Expert weighted = new MlpClassifierFactory(List.of(8), 1e-2, 2).create(PLANE, 1);
    Expert repeated = new MlpClassifierFactory(List.of(8), 1e-2, 3).create(PLANE, 1);
    FeatureVector first = FeatureVector.of(0, 0);
    weighted.learn(first, 0, 2);
    weighted.learn(first, 1, 1);
    repeated.learn(first, 0, 1);
    repeated.learn(first, 0, 1);
    repeated.learn(first, 1, 1);
    double[] expected = new double[2];
    double[] found = new double[2];
    repeated.predict(first, expected);
    weighted.predict(first, found);
    assertThat(found).containsExactly(expected, within(1e-6));
    assertThat(found[0]).isGreaterThan(0.5);
  }

  @Test
  void hugeWeightsStayFinite() {
    Expert expert = fresh();
    MixedStream.of(300, 51)
        .forEach(example -> expert.learn(example.features(), example.label(), Double.MAX_VALUE));
    double[] p = new double[4];
    expert.predict(MixedStream.of(1, 52).get(0).features(), p);
    assertThat(p[0] + p[1] + p[2] + p[3]).isCloseTo(1, within(1e-9));
  }

  @Test
  void seedDecidesTheInitialWeights() throws IOException {
    assertThat(snapshot(factory().create(PLANE, 1)))
        .isEqualTo(snapshot(factory().create(PLANE, 1)))
        .isNotEqualTo(snapshot(factory().create(PLANE, 2)));
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    assertThatThrownBy(() -> new MlpClassifierFactory(List.of(8, 0), 1e-3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hidden must hold widths between 1 and 4096, got [8, 0]");
    for (double rate : new double[] {0, 2, Double.NaN}) {
      assertThatThrownBy(() -> new MlpClassifierFactory(List.of(8), rate, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("learningRate must lie between 0 (exclusive) and 1, got " + rate);
    }
    assertThatThrownBy(() -> new MlpClassifierFactory(List.of(8), 1e-3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchSize must lie between 1 and 65536, got 0");
  }
}
