// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.linear.LogisticRegressionFactory;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What wild values cost single experts: rows in a block, first rows, a marker for missing values, a
 * column whose unit changes; and that wild values which mean a class of their own still mean it.
 */
final class WildValuesTest {
  private static final int COLUMNS = 4;
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("a"),
              Attribute.numeric("b"),
              Attribute.numeric("c"),
              Attribute.numeric("d")),
          new LabelSpace(List.of("low", "high", "rare", "rarer")));

  private static final Map<String, ExpertFactory> EXPERTS =
      Map.of(
          "bayes", NaiveBayesFactory.defaults(),
          "tree", HoeffdingTreeFactory.moa(),
          "neighbours", NearestNeighboursFactory.defaults(),
          "logistic", LogisticRegressionFactory.defaults(),
          "network", MlpClassifierFactory.defaults());

  /** What stands in a cell in place of its value. */
  private interface Spoiler {
    double at(int row, int column, double value);
  }

  /** What a stream of rows of normal values is made of. */
  private record Case(int events, Spoiler spoiler) {
    private double[] values(SplitMix64 random) {
      double[] values = new double[COLUMNS];
      for (int a = 0; a < COLUMNS; a++) {
        for (int i = 0; i < 12; i++) {
          values[a] += random.nextDouble() - 0.5;
        }
      }
      return values;
    }

    /** Correct predictions of each expert in the last third, in per cent. */
    Map<String, Double> lastThird() {
      Map<String, Double> result = new TreeMap<>();
      EXPERTS.forEach((name, factory) -> result.put(name, lastThird(factory)));
      return result;
    }

    private double lastThird(ExpertFactory factory) {
      Expert expert = factory.create(SCHEMA, 1);
      SplitMix64 random = new SplitMix64(7);
      double[] votes = new double[SCHEMA.classes()];
      int correct = 0;
      int from = 2 * events / 3;
      for (int i = 0; i < events; i++) {
        double[] values = values(random);
        int label = values[0] + 0.6 * values[1] > 0 != random.nextDouble() < 0.05 ? 1 : 0;
        for (int a = 0; a < COLUMNS; a++) {
          values[a] = spoiler.at(i, a, values[a]);
        }
        FeatureVector features = FeatureVector.of(values);
        expert.predict(features, votes);
        correct += i >= from && best(votes) == label ? 1 : 0;
        expert.learn(features, label, 1);
      }
      return 100.0 * correct / (events - from);
    }

    /** Of rows whose first value is wild, and says which of two classes they are, those found. */
    double recall(ExpertFactory factory, double... sizes) {
      Expert expert = factory.create(SCHEMA, 1);
      SplitMix64 random = new SplitMix64(7);
      double[] votes = new double[SCHEMA.classes()];
      int wild = 0;
      int found = 0;
      for (int i = 0; i < events; i++) {
        double[] values = values(random);
        int label = values[0] + 0.6 * values[1] > 0 ? 1 : 0;
        if (random.nextDouble() < 0.02) {
          int which = (int) (sizes.length * random.nextDouble());
          values[0] = sizes[which] * (1 + random.nextDouble());
          label = 2 + which;
        }
        FeatureVector features = FeatureVector.of(values);
        expert.predict(features, votes);
        if (label >= 2 && i >= 2 * events / 3) {
          wild++;
          found += best(votes) == label ? 1 : 0;
        }
        expert.learn(features, label, 1);
      }
      return 100.0 * found / wild;
    }
  }

  private static int best(double[] votes) {
    int best = 0;
    for (int c = 1; c < votes.length; c++) {
      best = votes[c] > votes[best] ? c : best;
    }
    return best;
  }

  private static void costs(double most, Case spoiled, Spoiler control) {
    Map<String, Double> clean = new Case(spoiled.events(), control).lastThird();
    Map<String, Double> found = spoiled.lastThird();
    assertThat(found)
        .as("without: %s", clean)
        .allSatisfy(
            (name, accuracy) ->
                assertThat(accuracy).as(name).isGreaterThanOrEqualTo(clean.get(name) - most));
  }

  private static double same(int row, int column, double value) {
    return value;
  }

  /** Naive Bayes, logistic regression and network were at chance. */
  @ParameterizedTest
  @CsvSource({"500, 60, -999", "500, 60, 1e9", "0, 8, -999", "0, 12, 1e9", "800, 200, 1e30"})
  void aBlockOfWildRowsIsForgotten(int from, int rows, double value) {
    Spoiler spoiler = (i, a, x) -> i >= from && i < from + rows ? value : x;
    costs(2, new Case(3_000, spoiler), WildValuesTest::same);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 7})
  void firstRowsOfAllSizesAreForgotten(int rows) {
    Spoiler spoiler =
        (i, a, x) -> i < rows ? StrictMath.pow(10, 3 + 2 * i) * (i % 2 == 0 ? 1 : -1) : x;
    costs(2, new Case(3_000, spoiler), WildValuesTest::same);
  }

  /** A tree has split by numbers in the old unit and learns its leaves anew. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-6, 1e3})
  void anotherUnitIsFollowed(double unit) {
    Spoiler spoiler = (i, a, x) -> i >= 1_500 ? unit * x : x;
    costs(4, new Case(6_000, spoiler), WildValuesTest::same);
  }

  /** In one cell of twenty; the control has NaN there. All but the neighbours were at chance. */
  @ParameterizedTest
  @ValueSource(doubles = {-999, 1e9})
  void aMarkerHidesNotAllThatAMissingValueLeaves(double marker) {
    costs(
        12,
        new Case(3_000, (i, a, x) -> isMarked(i, a) ? marker : x),
        (i, a, x) -> isMarked(i, a) ? Double.NaN : x);
  }

  private static boolean isMarked(int row, int column) {
    return new SplitMix64(SplitMix64.derive(3, row * COLUMNS + column)).nextDouble() < 0.05;
  }

  /** Naive Bayes, tree and neighbours had found none. */
  @ParameterizedTest
  @ValueSource(doubles = {30, 1e3, 1e6, -1e12, 1e90})
  void learnWhatRareWildValuesMean(double size) {
    EXPERTS.forEach(
        (name, factory) ->
            assertThat(new Case(3_000, WildValuesTest::same).recall(factory, size))
                .as(name)
                .isGreaterThanOrEqualTo(name.equals("logistic") ? 75 : 90));
  }

  @Test
  void aTreeTellsRareWildValuesApart() {
    assertThat(new Case(6_000, WildValuesTest::same).recall(HoeffdingTreeFactory.moa(), 1e6, 1e9))
        .isGreaterThanOrEqualTo(80);
  }
}
