// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Splits by {@link SplitTest#SEQUENTIAL}: how often in vain, and how soon where one is needed. */
final class SequentialSplitTest extends ExpertContractTest {
  private static final int TREES = 1_000;
  private static final StreamSchema PAIRS =
      new StreamSchema(
          List.of(
              Attribute.nominal("a", List.of("no", "yes")),
              Attribute.nominal("b", List.of("no", "yes")),
              Attribute.nominal("c", List.of("x", "y", "z", "never"))),
          new LabelSpace(List.of("bad", "good", "fine")));

  @Override
  protected ExpertFactory factory() {
    return tree(0.05, 20, SplitTest.SEQUENTIAL);
  }

  private static HoeffdingTreeFactory tree(double level, double gracePeriod, SplitTest test) {
    return new HoeffdingTreeFactory(
        gracePeriod, level, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 1, 1_000, 1 << 20, test, 1);
  }

  /**
   * How many trees split within so many events.
   *
   * @param telling share of the labels that the first attribute tells; the others are random
   */
  private static int split(HoeffdingTreeFactory factory, int events, double telling) {
    int split = 0;
    for (int t = 0; t < TREES; t++) {
      SplittableRandom random = new SplittableRandom(t);
      HoeffdingTree tree = factory.tree(TreeFixtures.input(PAIRS), t);
      for (int i = 0; i < events && tree.leaves() == 1; i++) {
        int a = random.nextInt(2);
        int label = random.nextDouble() < telling ? a : random.nextInt(3);
        FeatureVector features = FeatureVector.of(a, random.nextInt(2), random.nextInt(3));
        tree.learn(features, label, 1);
      }
      split += tree.leaves() > 1 ? 1 : 0;
    }
    return split;
  }

  /** Attempts after each event, and no attribute tells anything. */
  @ParameterizedTest
  @CsvSource({"0.05", "0.2"})
  void inVain_atMostAtTheLevelHoweverOftenItIsTried(double level) {
    assertThat(split(tree(level, 1, SplitTest.SEQUENTIAL), 3_000, 0))
        .isLessThanOrEqualTo((int) (TREES * level));
    assertThat(split(tree(level, 1, SplitTest.HOEFFDING), 3_000, 0)).isEqualTo(TREES);
  }

  @ParameterizedTest
  @CsvSource({"1, 40", "0.5, 150", "0.2, 800"})
  void whereOneIsNeeded_itComesSoon(double telling, int events) {
    assertThat(split(tree(0.05, 1, SplitTest.SEQUENTIAL), events, telling))
        .isGreaterThan(TREES * 9 / 10);
  }

  /** Weights that count as fractions of events need as many more of them. */
  @Test
  void eventWeight_divides() {
    HoeffdingTreeFactory heavy =
        new HoeffdingTreeFactory(
            1,
            0.05,
            0.05,
            LeafPrediction.NAIVE_BAYES_ADAPTIVE,
            1,
            1_000,
            1 << 20,
            SplitTest.SEQUENTIAL,
            6);
    assertThat(split(heavy, 40, 1)).isZero();
    assertThat(split(heavy, 240, 1)).isGreaterThan(TREES * 9 / 10);
  }

  /** Both attributes tell the same: the Hoeffding bound waits for a tie, the evidence does not. */
  @Test
  void twoEqualAttributes_doNotKeepItFromSplitting() {
    SplittableRandom random = new SplittableRandom(1);
    HoeffdingTree sequential =
        tree(0.05, 1, SplitTest.SEQUENTIAL).tree(TreeFixtures.input(PAIRS), 1);
    HoeffdingTree hoeffding = tree(0.05, 1, SplitTest.HOEFFDING).tree(TreeFixtures.input(PAIRS), 1);
    for (int i = 0; i < 100; i++) {
      int a = random.nextInt(2);
      FeatureVector features = FeatureVector.of(a, a, random.nextInt(3));
      sequential.learn(features, a, 1);
      hoeffding.learn(features, a, 1);
    }
    assertThat(sequential.leaves()).isGreaterThan(1);
    assertThat(hoeffding.leaves()).isEqualTo(1);
  }
}
