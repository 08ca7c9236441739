// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NaiveBayesTest extends ExpertContractTest {
  @Override
  protected ExpertFactory factory() {
    return NaiveBayesFactory.defaults();
  }

  @Test
  void posteriorIsThatOfThePlainFormulas() {
    Expert expert = fresh();
    ReferenceBayes reference = new ReferenceBayes(MixedStream.SCHEMA);
    double[] found = new double[4];
    List<LabeledExample> examples = MixedStream.of(2_000, 41);
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      if (i > 200) {
        expert.predict(example.features(), found);
        assertThat(found)
            .as("event %s", i)
            .containsExactly(reference.posterior(example.features()), within(1e-8));
      }
      double weight = 1 + i % 3;
      expert.learn(example.features(), example.label(), weight);
      reference.add(example, weight);
    }
  }

  /** Five numbers for each pair of attribute and class, 80 KB here. */
  @Test
  void aboveItsLimit_predictsByTheWeightsOfTheClasses() {
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, 100).mapToObj(a -> Attribute.numeric("a" + a)).toList(),
            new LabelSpace(IntStream.range(0, 20).mapToObj(c -> "c" + c).toList()));
    HoeffdingTree enough = (HoeffdingTree) new NaiveBayesFactory(120_000).create(schema, 1);
    HoeffdingTree limited = (HoeffdingTree) new NaiveBayesFactory(60_000).create(schema, 1);
    double[] x = new double[100];
    for (int i = 0; i < 400; i++) {
      int label = i % 20;
      Arrays.fill(x, label + 0.01 * (i % 7));
      enough.learn(FeatureVector.of(x), label, 1);
      limited.learn(FeatureVector.of(x), label, 1);
      assertThat(limited.bytes()).isLessThanOrEqualTo(60_000);
    }
    double[] distribution = new double[20];
    enough.predict(FeatureVector.of(x), distribution);
    assertThat(distribution[19]).isGreaterThan(0.99);
    limited.predict(FeatureVector.of(x), distribution);
    assertThat(distribution).containsOnly(new double[] {0.05}, within(1e-12));
  }

  /** MOA's naive Bayes predicts 81.75 % of these right. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-60, 1e-3, 1, 1e3, 1e60})
  void aClassThatNeverHadAValueIsJudgedAlikeInAllUnits(double unit) {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("a"), Attribute.numeric("b")),
            new LabelSpace(List.of("with", "without")));
    Expert expert = factory().create(schema, 1);
    Random random = new Random(3);
    double[] distribution = new double[2];
    int correct = 0;
    for (int i = 0; i < 4_000; i++) {
      int label = random.nextInt(2);
      double a = label == 1 ? Double.NaN : unit * random.nextGaussian();
      double b = label * 0.8 + random.nextGaussian();
      FeatureVector features = FeatureVector.of(a, b);
      expert.predict(features, distribution);
      correct += (distribution[1] > distribution[0] ? 1 : 0) == label ? 1 : 0;
      expert.learn(features, label, 1);
    }
    assertThat(correct / 4_000.0).isCloseTo(0.8175, within(0.001));
  }

  /** Where every class lacks some attribute of the example, the others decide. */
  @Test
  void whereEveryClassLacksAValueTheOthersDecide() {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("a"), Attribute.numeric("b"), Attribute.numeric("c")),
            new LabelSpace(List.of("without a", "without b")));
    Expert expert = factory().create(schema, 1);
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      double other = random.nextGaussian();
      expert.learn(FeatureVector.of(Double.NaN, other, 1 + random.nextGaussian()), 0, 1);
      expert.learn(FeatureVector.of(other, Double.NaN, -1 + random.nextGaussian()), 1, 1);
    }
    double[] distribution = new double[2];
    expert.predict(FeatureVector.of(0, 0, 3), distribution);
    assertThat(distribution[0]).isBetween(0.9, 1.0);
    expert.predict(FeatureVector.of(0, 0, -3), distribution);
    assertThat(distribution[1]).isBetween(0.9, 1.0);
  }

  @Test
  void farFromEverythingTheNearestClassWins() {
    StreamSchema schema = MixedStream.SCHEMA;
    Expert expert = trained(MixedStream.of(1_000, 42));
    double[] distribution = new double[schema.classes()];
    for (double far : new double[] {1e3, 1e9, 1e50, -1e50}) {
      expert.predict(FeatureVector.of(far, 0, 0.5, 0, 5e5), distribution);
      assertThat(Arrays.stream(distribution).max().orElseThrow()).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void neverSplits() {
    HoeffdingTree tree = (HoeffdingTree) trained(MixedStream.of(20_000, 43));
    assertThat(tree.leaves()).isEqualTo(1);
    assertThat(tree.inactiveLeaves()).isZero();
  }
}
