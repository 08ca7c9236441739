// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.baselines;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.experts.ExpertContractTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class BaselinesTest {
  private static final FeatureVector ANY = FeatureVector.of(1, 1, 1, 1, 1);

  @Nested
  final class MajorityClassTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return new MajorityClassFactory();
    }

    @Override
    protected boolean looksAtFeatures() {
      return false;
    }

    @Override
    protected int leastCorrect() {
      return 150;
    }

    @Override
    protected int leastCorrectWide() {
      return 150;
    }

    @Test
    void predictsTheShareOfEachClassInTheWeight() {
      Expert expert = fresh();
      expert.learn(ANY, 1, 3);
      expert.learn(ANY, 3, 0.5);
      expert.learn(ANY, 1, 0.5);
      assertThat(predict(expert)).containsExactly(0, 0.875, 0, 0.125);
      assertThat(expert.describe()).contains("[0.0, 3.5, 0.0, 0.5]", "[one, two, three, four]");
    }

    @Test
    void hugeWeightsStayFinite() {
      Expert expert = fresh();
      for (int label = 0; label < 4; label++) {
        expert.learn(ANY, label, Double.MAX_VALUE);
      }
      assertThat(predict(expert)).containsOnly(0.25);
    }
  }

  @Nested
  final class NoChangeTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return new NoChangeFactory();
    }

    @Override
    protected boolean looksAtFeatures() {
      return false;
    }

    @Override
    protected int leastCorrect() {
      return 100;
    }

    @Override
    protected int leastCorrectWide() {
      return 100;
    }

    @Test
    void predictsTheLatestLabel() {
      Expert expert = fresh();
      assertThat(expert.describe()).isEqualTo("no label seen yet");
      expert.learn(ANY, 2, 100);
      expert.learn(ANY, 1, 1e-9);
      assertThat(predict(expert)).containsExactly(0, 1, 0, 0);
      assertThat(expert.describe()).isEqualTo("latest of 2 labels: two");
    }
  }

  private static double[] predict(Expert expert) {
    double[] distribution = new double[expert.classes()];
    expert.predict(ANY, distribution);
    return distribution;
  }
}
