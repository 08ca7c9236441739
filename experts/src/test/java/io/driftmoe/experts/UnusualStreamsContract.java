// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What streams mean to an expert that lack something: classes that appear late or never, columns
 * without values or without variation, values that are missing or not declared. The javadoc of
 * {@link Expert} says it in words.
 */
public abstract class UnusualStreamsContract {
  protected static final long SEED = 17;
  private static final double NAN = Double.NaN;

  /** The class is the value of the first attribute, whatever the others hold. */
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.nominal("kind", List.of("a", "b", "c")),
              Attribute.numeric("x"),
              Attribute.nominal("colour", List.of("red", "green", "blue"))),
          new LabelSpace(List.of("a", "b", "c")));

  /** The factory under test. */
  protected abstract ExpertFactory factory();

  /** Whether predictions depend on features at all. */
  protected boolean looksAtFeatures() {
    return true;
  }

  /** Whether an attribute has the same weight in any unit. */
  protected boolean scalesFeatures() {
    return true;
  }

  /**
   * Whether the expert is sure to find out that a missing value means something, of a nominal or
   * else of a numeric attribute.
   */
  protected boolean missingIsASignal(boolean nominal) {
    return false;
  }

  @Test
  void classThatAppearsLate_isPredictedOnceItWasLearned() throws IOException {
    Expert expert = fresh();
    for (LabeledExample example : events(300, 1, 2)) {
      assertDistribution(expert, example.features());
      expert.learn(example.features(), example.label(), 1);
    }
    for (LabeledExample example : events(450, 2, 3)) {
      expert.learn(example.features(), example.label(), 1);
    }

    double[] late = assertDistribution(expert, FeatureVector.of(2, 0, 0));

    if (looksAtFeatures()) {
      assertThat(argMax(late)).isEqualTo(2);
      assertThat(argMax(assertDistribution(expert, FeatureVector.of(0, 0, 0)))).isZero();
    }
    assertContinues(expert, events(50, 3, 3));
  }

  @Test
  void singleClass_isPredictedWithNearCertainty_andAnotherCanFollow() throws IOException {
    singleClass(500);
  }

  @Test
  @Tag("slow")
  void singleClassForTenThousandEvents() throws IOException {
    singleClass(10_000);
  }

  private void singleClass(int events) throws IOException {
    Expert expert = fresh();
    List<LabeledExample> examples = events(events, 4, 3);
    for (LabeledExample example : examples) {
      expert.learn(example.features(), 1, 1);
    }

    double[] sole = assertDistribution(expert, examples.get(0).features());
    assertThat(sole[1]).isGreaterThan(0.9);

    for (LabeledExample example : examples) {
      expert.learn(example.features(), 2, 1);
    }
    assertThat(assertDistribution(expert, examples.get(0).features())[2]).isPositive();
    assertContinues(expert, events(50, 5, 3));
  }

  /** A column without a single value, numeric and nominal, and the first value after that. */
  @Test
  void columnsThatAreAlwaysMissing_takeNothingFromTheOthers() throws IOException {
    assertStillLearns(x -> NAN, colour -> NAN);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -7.25, 1e9})
  void columnsThatAreConstant_takeNothingFromTheOthers(double value) throws IOException {
    assumeThat(scalesFeatures() || Math.abs(value) < 1_000).isTrue();
    assertStillLearns(x -> value, colour -> 2);
  }

  private void assertStillLearns(
      ToDoubleFunction<FeatureVector> x, ToDoubleFunction<FeatureVector> colour)
      throws IOException {
    Expert expert = fresh();
    List<LabeledExample> examples = new ArrayList<>();
    for (LabeledExample example : events(450, 6, 3)) {
      FeatureVector features = example.features();
      examples.add(
          new LabeledExample(
              FeatureVector.of(
                  features.get(0), x.applyAsDouble(features), colour.applyAsDouble(features)),
              example.label()));
    }
    int correct = 0;
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      double[] distribution = assertDistribution(expert, example.features());
      correct += i >= 350 && argMax(distribution) == example.label() ? 1 : 0;
      expert.learn(example.features(), example.label(), 1);
    }
    if (looksAtFeatures()) {
      assertThat(correct).as("correct of 100").isGreaterThan(90);
    }
    assertContinues(expert, events(100, 7, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void missing_isASignalOrDoesNoHarm(boolean nominal) {
    Expert expert = fresh();
    SplitMix64 random = new SplitMix64(8);
    int correct = 0;
    for (int i = 0; i < 900; i++) {
      int label = random.nextDouble() < 0.5 ? 0 : 1;
      double x = random.nextDouble() * 2 - 1;
      double colour = (int) (random.nextDouble() * 3);
      boolean missing = random.nextDouble() < (label == 1 ? 0.9 : 0.1);
      FeatureVector features =
          FeatureVector.of(0, !nominal && missing ? NAN : x, nominal && missing ? NAN : colour);
      double[] distribution = assertDistribution(expert, features);
      correct += i >= 700 && argMax(distribution) == label ? 1 : 0;
      expert.learn(features, label, 1);
    }
    assertThat(correct)
        .as("correct of 200; 180 could be")
        .isGreaterThan(missingIsASignal(nominal) ? 150 : 80);
  }

  /** An index outside the declared values, or between two: the same as a missing value. */
  @Test
  void valuesNeverDeclared_countAsMissing() throws IOException {
    double[] undeclared = {3, -1, 0.5, 1e9, -1e300};
    Expert missing = fresh();
    Expert odd = fresh();
    List<LabeledExample> examples = events(300, 9, 3);
    for (int i = 0; i < examples.size(); i++) {
      FeatureVector features = examples.get(i).features();
      boolean replaced = i % 3 == 0;
      double value = undeclared[i % undeclared.length];
      FeatureVector without =
          FeatureVector.of(features.get(0), features.get(1), replaced ? NAN : features.get(2));
      FeatureVector with =
          FeatureVector.of(features.get(0), features.get(1), replaced ? value : features.get(2));
      assertThat(predict(odd, with)).isEqualTo(predict(missing, without));
      missing.learn(without, examples.get(i).label(), 1);
      odd.learn(with, examples.get(i).label(), 1);
    }
    assertThat(bytes(odd)).isEqualTo(bytes(missing));
  }

  /** Events of the first classes alone, by the first attribute; the others are noise. */
  private static List<LabeledExample> events(int count, long seed, int classes) {
    SplitMix64 random = new SplitMix64(seed);
    List<LabeledExample> examples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int label = (int) (random.nextDouble() * classes);
      double x = random.nextDouble() * 2 - 1;
      double colour = (int) (random.nextDouble() * 3);
      examples.add(new LabeledExample(FeatureVector.of(label, x, colour), label));
    }
    return examples;
  }

  private Expert fresh() {
    return factory().create(SCHEMA, SEED);
  }

  private static double[] predict(Expert expert, FeatureVector features) {
    double[] distribution = new double[expert.classes()];
    expert.predict(features, distribution);
    return distribution;
  }

  private static double[] assertDistribution(Expert expert, FeatureVector features) {
    double[] distribution = predict(expert, features);
    double sum = 0;
    for (double p : distribution) {
      if (!(p >= 0 && p <= 1)) {
        throw new AssertionError(Arrays.toString(distribution));
      }
      sum += p;
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    return distribution;
  }

  /** Saved and restored it goes on as it would have. */
  private void assertContinues(Expert expert, List<LabeledExample> examples) throws IOException {
    Expert restored =
        factory().restore(SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes(expert))));
    for (LabeledExample example : examples) {
      assertThat(assertDistribution(restored, example.features()))
          .isEqualTo(predict(expert, example.features()));
      restored.learn(example.features(), example.label(), 1);
      expert.learn(example.features(), example.label(), 1);
    }
  }

  private static byte[] bytes(Expert expert) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    expert.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static int argMax(double[] distribution) {
    int best = 0;
    for (int i = 1; i < distribution.length; i++) {
      best = distribution[i] > distribution[best] ? i : best;
    }
    return best;
  }
}
