// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.experts.ensembles.MemberSource;
import io.driftmoe.experts.ensembles.Poisson;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShare;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkArithmetic;
import io.driftmoe.networks.SharedArithmetic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpecialistTest {
  private static final SpecialistConfig CONFIG = SmallSpecialists.config(2);
  private static final ThinnedPoisson COPIES = new ThinnedPoisson(6);

  private final InputEncoder encoder =
      new InputEncoder(SmallSpecialists.SIDES, InputEncoder.DEFAULT_MIN_RATE);
  private final float[] inputs = new float[encoder.width()];
  private final SplitMix64 random = new SplitMix64(7);
  private final double[] p = new double[2];
  private final SharedArithmetic plain = new SharedArithmetic();

  private Specialist specialist() {
    return new Specialist(
        CONFIG,
        new MemberSource(CONFIG.tree(), SmallSpecialists.SIDES),
        plain,
        encoder.width(),
        2,
        5);
  }

  private double[] predict(Specialist specialist, FeatureVector features) {
    encoder.encode(features, inputs, 0);
    specialist.predict(features, inputs, p);
    return p;
  }

  private void learn(Specialist specialist, LabeledExample example, double responsibility) {
    predict(specialist, example.features());
    specialist.learn(
        example.features(), inputs, example.label(), responsibility, 1, COPIES, random);
    encoder.update(example.features());
  }

  @Test
  void knowsNothingBeforeTheFirstLesson() throws IOException {
    Specialist specialist = specialist();
    byte[] before = bytes(specialist);
    for (LabeledExample example : SmallSpecialists.sides(20, 1)) {
      assertThat(predict(specialist, example.features())).containsExactly(0.5, 0.5);
    }
    assertThat(specialist.learned()).isZero();
    assertThat(bytes(specialist)).as("predicting leaves no trace").isEqualTo(before);
  }

  @Test
  void learnsAConcept() {
    Specialist specialist = specialist();
    int right = 0;
    List<LabeledExample> examples = SmallSpecialists.turns(3_000, 3_000, 1);
    for (int i = 0; i < 3_000; i++) {
      double[] found = predict(specialist, examples.get(i).features());
      assertThat(found[0] + found[1]).isCloseTo(1, within(1e-9));
      right += i >= 2_000 && found[examples.get(i).label()] > 0.5 ? 1 : 0;
      learn(specialist, examples.get(i), 1);
    }
    assertThat(right).isGreaterThan(900);
    assertThat(specialist.learned()).isEqualTo(3_000);
  }

  /** Trees, network and their weights one by one, by the formulas as they stand. */
  @Test
  void equalsTheNaiveModel() {
    Specialist specialist = specialist();
    Expert[] trees = new Expert[2];
    for (int t = 0; t < 2; t++) {
      trees[t] = CONFIG.tree().create(SmallSpecialists.SIDES, SplitMix64.derive(5, t));
    }
    Mlp network = Mlp.xavier(SplitMix64.derive(5, -1), CONFIG.network().sizes(7, 2));
    NetworkArithmetic backend = new NetworkArithmetic(network);
    FixedShare mixing = FixedShare.create(2, CONFIG.mixing());
    double[] accuracies = {1, 1};
    double learned = 0;
    SplitMix64 draws = new SplitMix64(7); // as the field random
    SplitMix64 own = new SplitMix64(11);
    double[][] said = new double[2][2];
    for (LabeledExample example : SmallSpecialists.sides(1_200, 1)) {
      double[] found = predict(specialist, example.features());
      double[] ofTrees = {0.5, 0.5};
      double[] ofNetwork = {0.5, 0.5};
      if (learned > 0) {
        double sum = 0;
        ofTrees = new double[2];
        for (int t = 0; t < 2; t++) {
          trees[t].predict(example.features(), said[t]);
          double weight = Math.pow(accuracies[t], 4);
          sum += weight;
          for (int c = 0; c < 2; c++) {
            ofTrees[c] += weight * said[t][c];
          }
        }
        for (int c = 0; c < 2; c++) {
          ofTrees[c] = sum > 0 ? ofTrees[c] / sum : 0.5;
        }
        float[] logits = new float[2];
        backend.forward(network, inputs, null, 1, logits);
        ofNetwork[1] = 1 / (1 + Math.exp((double) logits[0] - logits[1]));
        ofNetwork[0] = 1 - ofNetwork[1];
      }
      for (int c = 0; c < 2; c++) {
        assertThat(found[c])
            .isCloseTo(
                mixing.weight(0) * ofTrees[c] + mixing.weight(1) * ofNetwork[c], within(1e-6));
      }

      double responsibility = 0.02 + 0.98 * own.nextDouble();
      double weight = own.nextDouble() < 0.5 ? 1 : 1.5;
      int label = example.label();
      specialist.learn(example.features(), inputs, label, responsibility, weight, COPIES, random);
      learned += responsibility;
      double rate = Math.min(1, Math.max(0.005 * responsibility, responsibility / learned));
      for (int t = 0; t < 2; t++) {
        boolean right = (said[t][1] > said[t][0] ? 1 : 0) == label;
        accuracies[t] = (1 - rate) * accuracies[t] + rate * (right ? 1 : 0);
        int copies = new Poisson(6 * Math.ceil(64 * responsibility) / 64).draw(draws);
        if (copies > 0) {
          trees[t].learn(example.features(), label, copies * weight);
        }
      }
      mixing.update(new double[] {ofTrees[label], ofNetwork[label]}, 2, responsibility);
      float[] target = new float[2];
      target[label] = (float) (responsibility * weight);
      backend.step(network, Loss.SOFTMAX, inputs, null, target, 1, 5e-3);
      encoder.update(example.features());
    }
  }

  /** Conflicting events count little where the responsibility for them is low. */
  @Test
  void learnsWithTheResponsibilityItHas() {
    Specialist specialist = specialist();
    List<LabeledExample> examples = SmallSpecialists.sides(4_000, 1);
    double learned = 0;
    int right = 0;
    int own = 0;
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      boolean mine = example.features().get(2) > 0;
      if (mine && i >= 3_000) {
        own++;
        right += predict(specialist, example.features())[example.label()] > 0.5 ? 1 : 0;
      }
      learn(specialist, example, mine ? 1 : 0.02);
      learned += mine ? 1 : 0.02;
    }
    assertThat((double) right / own).isGreaterThan(0.9);
    assertThat(specialist.learned()).isEqualTo(learned);
  }

  @Test
  void restartForgetsTreesAndKeepsTheNetwork() {
    Specialist specialist = specialist();
    List<LabeledExample> examples = SmallSpecialists.turns(3_000, 3_000, 1);
    examples.forEach(example -> learn(specialist, example, 1));
    specialist.restart();
    assertThat(specialist.learned()).isZero();
    assertThat(predict(specialist, examples.get(0).features())).containsExactly(0.5, 0.5);
    // one lesson, and what the network knows is back
    learn(specialist, examples.get(0), 1);
    int right = 0;
    for (LabeledExample example : examples.subList(2_000, 3_000)) {
      right += predict(specialist, example.features())[example.label()] > 0.5 ? 1 : 0;
    }
    assertThat(right).isGreaterThan(850);
  }

  @Test
  void snapshotContinuesBitForBit_alsoAfterARestart() throws IOException {
    Specialist whole = specialist();
    List<LabeledExample> examples = SmallSpecialists.sides(900, 1);
    for (int i = 0; i < 300; i++) {
      learn(whole, examples.get(i), 1 - i / 400.0);
    }
    whole.restart();
    for (int i = 300; i < 600; i++) {
      learn(whole, examples.get(i), 0.5);
    }
    Specialist restored = specialist();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes(whole));
    restored.readFrom(new DataInputStream(in));
    assertThat(in.read()).isEqualTo(-1);
    restored.restart(); // the next trees draw other seeds than the first ones did
    whole.restart();
    SplitMix64 first = new SplitMix64(1);
    SplitMix64 second = new SplitMix64(1);
    for (LabeledExample example : examples.subList(600, 900)) {
      double[] expected = predict(whole, example.features()).clone();
      assertThat(predict(restored, example.features())).isEqualTo(expected);
      whole.learn(example.features(), inputs, example.label(), 0.3, 1, COPIES, first);
      restored.learn(example.features(), inputs, example.label(), 0.3, 1, COPIES, second);
    }
    assertThat(bytes(restored)).isEqualTo(bytes(whole)).isNotEqualTo(bytes(specialist()));
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    MlpClassifierFactory network = new MlpClassifierFactory(List.of(8), 5e-3, 1);
    FixedShareConfig mixing = FixedShareConfig.defaults();
    NaiveBayesFactory tree = NaiveBayesFactory.defaults();
    assertThatThrownBy(() -> new SpecialistConfig(tree, 0, 6, network, mixing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trees must be from 1 to 1024, got 0");
    for (double mean : new double[] {0, -1, 101, Double.NaN}) {
      assertThatThrownBy(() -> new SpecialistConfig(tree, 1, mean, network, mixing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("poissonMean must be greater than 0 and at most 100, got " + mean);
    }
    MlpClassifierFactory batches = new MlpClassifierFactory(List.of(8), 5e-3, 2);
    assertThatThrownBy(() -> new SpecialistConfig(tree, 1, 6, batches, mixing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("network must have a batch-size of 1, got 2");
    assertThatThrownBy(() -> new SpecialistConfig(null, 1, 6, network, mixing)).hasMessage("tree");
    assertThatThrownBy(() -> new SpecialistConfig(tree, 1, 6, null, mixing)).hasMessage("network");
    assertThatThrownBy(() -> new SpecialistConfig(tree, 1, 6, network, null)).hasMessage("mixing");
  }

  private static byte[] bytes(Specialist specialist) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    specialist.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
