// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NaiveBayesTest extends ExpertContractTest {
  @Override
  protected ExpertFactory factory() {
    return new NaiveBayesFactory();
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
