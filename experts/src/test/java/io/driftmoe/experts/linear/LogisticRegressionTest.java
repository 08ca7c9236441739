// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.MixedStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest extends ExpertContractTest {
  private static final StreamSchema PLANE =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.numeric("y")),
          new LabelSpace(List.of("a", "b", "c")));

  @Override
  protected ExpertFactory factory() {
    return LogisticRegressionFactory.defaults();
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return nominal;
  }

  @Test
  void equalsTheFormulas() {
    double rate = 0.3;
    double l2 = 0.01;
    Expert expert = new LogisticRegressionFactory(rate, l2).create(MixedStream.SCHEMA, 1);
    InputEncoder encoder = new InputEncoder(MixedStream.SCHEMA, InputEncoder.DEFAULT_MIN_RATE);
    int inputs = encoder.width();
    double[][] weights = new double[4][inputs + 1];
    float[] x = new float[inputs + 1];
    x[inputs] = 1;
    double[] found = new double[4];
    List<LabeledExample> examples = MixedStream.of(500, 41);
    for (int n = 0; n < examples.size(); n++) {
      LabeledExample example = examples.get(n);
      encoder.encode(example.features(), x, 0);
      double[] p = new double[4];
      double sum = 0;
      double norm = 0;
      for (int i = 0; i <= inputs; i++) {
        norm += (double) x[i] * x[i];
      }
      for (int c = 0; c < 4; c++) {
        double score = 0;
        for (int i = 0; i <= inputs; i++) {
          score += weights[c][i] * x[i];
        }
        p[c] = Math.exp(score);
        sum += p[c];
      }
      double weight = n % 3 == 0 ? 4 : 1;
      double step = rate * weight / (1 + rate * weight * norm / 2);
      for (int c = 0; c < 4; c++) {
        p[c] /= sum;
        for (int i = 0; i <= inputs; i++) {
          weights[c][i] += step * ((c == example.label() ? 1 : 0) - p[c]) * x[i];
          weights[c][i] /= i < inputs ? 1 + step * l2 : 1;
        }
      }
      expert.predict(example.features(), found);
      assertThat(found).as("event %s", n).containsExactly(p, within(1e-9));
      expert.learn(example.features(), example.label(), weight);
      encoder.update(example.features());
    }
  }

  @Test
  void learnsALinearConceptAndFollowsWhenItTurns() {
    Expert expert = factory().create(PLANE, 1);
    SplitMix64 random = new SplitMix64(2);
    assertThat(accuracy(expert, random, 3_000, 1)).isGreaterThan(0.9);
    assertThat(accuracy(expert, random, 3_000, 1)).isGreaterThan(0.96);
    accuracy(expert, random, 3_000, -1);
    assertThat(accuracy(expert, random, 3_000, -1)).isGreaterThan(0.95);
  }

  /** Share of right predictions, test-then-train; classes are bands across x + y. */
  private static double accuracy(Expert expert, SplitMix64 random, int events, int sign) {
    int right = 0;
    double[] p = new double[3];
    for (int i = 0; i < events; i++) {
      double x = 100 + 20 * random.nextDouble();
      double y = random.nextDouble() / 50;
      double sum = sign * ((x - 110) / 10 + (y - 0.01) * 100);
      int label = sum < -0.5 ? 0 : sum < 0.5 ? 1 : 2;
      FeatureVector features = FeatureVector.of(x, y);
      expert.predict(features, p);
      right += p[label] >= Math.max(p[0], Math.max(p[1], p[2])) ? 1 : 0;
      expert.learn(features, label, 1);
    }
    return (double) right / events;
  }

  @Test
  void heavyExamplesNeverOvershoot() {
    Expert expert = new LogisticRegressionFactory(1e6, 0).create(PLANE, 1);
    SplitMix64 random = new SplitMix64(3);
    double[] p = new double[3];
    for (int i = 0; i < 1_000; i++) {
      FeatureVector features = FeatureVector.of(random.nextDouble(), 1e300 * random.nextDouble());
      expert.learn(features, i % 3, Double.MAX_VALUE);
      expert.predict(features, p);
      assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void pullTowardsZeroKeepsWeightsSmall() {
    SplitMix64 random = new SplitMix64(4);
    Expert free = new LogisticRegressionFactory(0.05, 0).create(PLANE, 1);
    Expert pulled = new LogisticRegressionFactory(0.05, 1).create(PLANE, 1);
    accuracy(free, new SplitMix64(4), 1_000, 1);
    accuracy(pulled, random, 1_000, 1);
    assertThat(norm(pulled)).isLessThan(norm(free) / 3);
  }

  private static double norm(Expert expert) {
    String described = expert.describe();
    return Double.parseDouble(described.substring(described.lastIndexOf(' ') + 1));
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new LogisticRegressionFactory(rate, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("learningRate must be positive and finite, got " + rate);
    }
    assertThatThrownBy(() -> new LogisticRegressionFactory(1, -0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("l2 must be at least 0 and finite, got -0.5");
  }
}
