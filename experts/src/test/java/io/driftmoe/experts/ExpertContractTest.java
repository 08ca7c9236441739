// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Contributions;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import io.driftmoe.networks.WideStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every expert must do; a test of an expert extends this class and names its factory. */
public abstract class ExpertContractTest extends UnusualStreamsContract {
  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;
  private static final int CLASSES = SCHEMA.classes();
  private static final long SEED = 42;

  /**
   * How many of 500 events the expert predicts right after 1,500; the most frequent class has 165.
   * Only baselines, which look at no feature, may ask for less.
   */
  protected int leastCorrect() {
    return 300;
  }

  /**
   * How many of 500 events the expert predicts right after 1,500 of a stream where only an
   * attribute of 10,000 declared values matters; 250 are right by chance, 470 at best.
   */
  protected int leastCorrectWide() {
    return 350;
  }

  @Test
  void classesAreThoseOfTheSchema() {
    assertThat(fresh().classes()).isEqualTo(CLASSES);
  }

  @Test
  void untrainedExpertIsUniform() {
    double[] distribution = predict(fresh(), MixedStream.of(1, 1).get(0).features());
    assertThat(distribution).containsOnly(1.0 / CLASSES);
  }

  @Test
  void predictionIsADistribution() {
    Expert expert = fresh();
    for (LabeledExample example : MixedStream.of(4_000, 2)) {
      double[] distribution = predict(expert, example.features());
      assertThat(Arrays.stream(distribution).allMatch(p -> p >= 0 && p <= 1)).isTrue();
      assertThat(Arrays.stream(distribution).sum()).isCloseTo(1, within(1e-9));
      expert.learn(example.features(), example.label(), 1);
    }
  }

  @Test
  void predictionOverwritesWhatTheArrayHeld() {
    Expert expert = trained(MixedStream.of(1_000, 2));
    FeatureVector features = MixedStream.of(1, 3).get(0).features();
    double[] dirty = new double[CLASSES];
    Arrays.fill(dirty, Double.NaN);
    expert.predict(features, dirty);
    assertThat(dirty).isEqualTo(predict(expert, features));
  }

  @Test
  void expertLearnsSomething() {
    List<LabeledExample> examples = MixedStream.of(4_000, 4);
    Expert expert = trained(examples.subList(0, 1_500));
    int correct = 0;
    for (LabeledExample example : examples.subList(1_500, 2_000)) {
      correct += argMax(predict(expert, example.features())) == example.label() ? 1 : 0;
    }
    assertThat(correct).as("correct of 500").isGreaterThan(leastCorrect());
  }

  @Test
  void attributionSumsToWhatTheExpertSaidAndChangesNothing() {
    Expert expert = fresh();
    Expert unasked = fresh();
    FeatureVector earlier = null;
    for (LabeledExample example : MixedStream.of(2_500, 12).subList(0, 1_500)) {
      FeatureVector features = example.features();
      double[] said = predict(expert, features);
      assertThat(said).isEqualTo(predict(unasked, features));
      if (earlier != null) {
        assertSum(expert, earlier, predict(expert, earlier));
      }
      assertSum(expert, features, said);
      expert.learn(features, example.label(), 1);
      unasked.learn(features, example.label(), 1);
      earlier = example.label() == 0 ? features : null;
    }
  }

  private static void assertSum(Expert expert, FeatureVector features, double[] said) {
    double[] given = said.clone();
    for (int c = 0; c < CLASSES; c++) {
      Contributions told = new Contributions(c, SCHEMA.features());
      expert.attribute(features, given, 0.7, told);
      double sum = told.base() + told.unattributed() + Arrays.stream(told.attributes()).sum();
      assertThat(sum).isCloseTo(0.7 * said[c], within(1e-12));
      assertThat(told.votes()).allMatch(vote -> vote.weight() >= 0 && vote.weight() <= 0.7 + 1e-9);
    }
    assertThat(given).isEqualTo(said);
  }

  /** Whether the unit of a numeric attribute is up to whoever measures it. */
  protected boolean isMeasured(int attribute) {
    return true;
  }

  /**
   * Whether MOA's trees are in it, which take numbers as they are: a wild row hides the others from
   * a leaf, and in far units they lose the first lessons.
   */
  protected boolean hasTreesOfMoa() {
    return false;
  }

  /** 2^-200 is about 6e-61, and 2^200 about 2e60. */
  @ParameterizedTest
  @ValueSource(ints = {-200, 200})
  void unitsDoNotMatter(int exponent) {
    Expert plain = fresh();
    Expert scaled = fresh();
    int correct = 0;
    int correctScaled = 0;
    int apart = 0;
    for (LabeledExample example : MixedStream.of(1_500, 15)) {
      FeatureVector other = changed(example.features(), v -> Math.scalb(v, exponent));
      int found = argMax(predict(plain, example.features()));
      int foundScaled = argMax(predict(scaled, other));
      apart += found == foundScaled ? 0 : 1;
      correct += found == example.label() ? 1 : 0;
      correctScaled += foundScaled == example.label() ? 1 : 0;
      plain.learn(example.features(), example.label(), 1);
      scaled.learn(other, example.label(), 1);
    }
    assertThat(correctScaled).as("correct of 1,500").isCloseTo(correct, within(60));
    if (!hasTreesOfMoa()) {
      assertThat(apart).as("different of 1,500").isLessThanOrEqualTo(3); // votes that were equal
    }
  }

  /** A row of wild numbers, the first one or a later one, leaves no lasting trace. */
  @ParameterizedTest
  @CsvSource({"0, -1e30", "700, 1e12"})
  void oneWildRowCostsLittle(int at, double value) {
    Expert clean = fresh();
    Expert spoiled = fresh();
    int correct = 0;
    int correctSpoiled = 0;
    List<LabeledExample> examples = MixedStream.of(4_000, 16).subList(0, 2_000);
    for (int i = 0; i < examples.size(); i++) {
      FeatureVector features = examples.get(i).features();
      int label = examples.get(i).label();
      if (i >= 1_000) {
        correct += argMax(predict(clean, features)) == label ? 1 : 0;
        correctSpoiled += argMax(predict(spoiled, features)) == label ? 1 : 0;
      }
      clean.learn(features, label, 1);
      spoiled.learn(i == at ? changed(features, v -> value) : features, label, 1);
    }
    if (!hasTreesOfMoa()) {
      assertThat(correctSpoiled).as("of %s", correct).isGreaterThanOrEqualTo(correct - 20);
    }
  }

  private FeatureVector changed(FeatureVector features, DoubleUnaryOperator numbers) {
    double[] values = values(features);
    for (int a = 0; a < values.length; a++) {
      if (!SCHEMA.attributes().get(a).isNominal() && isMeasured(a)) {
        values[a] = numbers.applyAsDouble(values[a]);
      }
    }
    return FeatureVector.of(values);
  }

  @Test
  void anAttributeOfTenThousandValuesIsLearned() throws IOException {
    List<LabeledExample> examples = WideStream.of(2_000, 21);
    Expert expert = factory().create(WideStream.schema(10_000), SEED);
    for (LabeledExample example : examples.subList(0, 1_500)) {
      expert.learn(example.features(), example.label(), 1);
    }
    int correct = 0;
    for (LabeledExample example : examples.subList(1_500, 2_000)) {
      correct += argMax(predict(expert, example.features())) == example.label() ? 1 : 0;
    }
    assertThat(correct).as("correct of 500").isGreaterThan(leastCorrectWide());

    byte[] bytes = snapshot(expert);
    Expert restored =
        factory()
            .restore(
                WideStream.schema(10_000), new DataInputStream(new ByteArrayInputStream(bytes)));
    List<LabeledExample> rest = WideStream.of(300, 22);
    assertThat(testThenTrain(restored, rest)).isEqualTo(testThenTrain(expert, rest));
    assertThat(snapshot(restored)).isEqualTo(snapshot(expert));
  }

  /** Not the work of an event, nor what is held, hangs on how many values are declared. */
  @Test
  void valuesThatNeverComeHaveNoEffect() throws IOException {
    List<LabeledExample> examples = WideStream.of(400, 23);
    Expert some = factory().create(WideStream.schema(300), SEED);
    Expert many = factory().create(WideStream.schema(10_000), SEED);
    assertThat(testThenTrain(many, examples)).isEqualTo(testThenTrain(some, examples));
    assertThat(snapshot(many)).isEqualTo(snapshot(some));
  }

  @Test
  void featuresStayAsTheyWere() {
    Expert expert = fresh();
    for (LabeledExample example : MixedStream.of(500, 5)) {
      double[] before = values(example.features());
      predict(expert, example.features());
      expert.learn(example.features(), example.label(), 1);
      assertThat(values(example.features())).isEqualTo(before);
    }
  }

  @Test
  void sameSeedAndEventsGiveTheSameBits() throws IOException {
    List<LabeledExample> examples = MixedStream.of(3_000, 6);
    Expert first = fresh();
    Expert second = fresh();
    assertThat(testThenTrain(first, examples)).isEqualTo(testThenTrain(second, examples));
    assertThat(snapshot(first)).isEqualTo(snapshot(second));
  }

  @Test
  void predictingHasNoEffectOnWhatFollows() throws IOException {
    List<LabeledExample> examples = MixedStream.of(3_000, 7);
    Expert asked = fresh();
    Expert silent = fresh();
    for (LabeledExample example : examples) {
      predict(asked, example.features());
      predict(asked, examples.get(0).features());
      asked.learn(example.features(), example.label(), 1);
      silent.learn(example.features(), example.label(), 1);
    }
    assertThat(snapshot(asked)).isEqualTo(snapshot(silent));
    assertThat(testThenTrain(asked, examples)).isEqualTo(testThenTrain(silent, examples));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50, 333, 3_000})
  void restoredExpertContinuesBitForBit(int cut) throws IOException {
    continuesBitForBit(cut);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 49, 51, 1_000, 2_999, 4_711})
  @Tag("slow")
  void restoredAtOtherMomentsContinuesBitForBit(int cut) throws IOException {
    continuesBitForBit(cut);
  }

  private void continuesBitForBit(int cut) throws IOException {
    List<LabeledExample> examples = MixedStream.of(7_000, 8);
    Expert uninterrupted = trained(examples.subList(0, cut));
    Expert restored = restore(snapshot(uninterrupted));

    List<LabeledExample> rest = examples.subList(cut, examples.size());
    assertThat(testThenTrain(restored, rest)).isEqualTo(testThenTrain(uninterrupted, rest));
    assertThat(snapshot(restored)).isEqualTo(snapshot(uninterrupted));
  }

  @Test
  void snapshotLeavesTheExpertAlone() throws IOException {
    List<LabeledExample> examples = MixedStream.of(2_000, 9);
    Expert often = fresh();
    Expert never = fresh();
    for (LabeledExample example : examples) {
      snapshot(often);
      often.learn(example.features(), example.label(), 1);
      never.learn(example.features(), example.label(), 1);
      if (example.label() == 3) {
        assertThat(predict(often, example.features()))
            .isEqualTo(predict(never, example.features()));
      }
    }
    assertThat(snapshot(often)).isEqualTo(snapshot(never));
  }

  @Test
  void restoredExpertSharesNothingWithTheOriginal() throws IOException {
    Expert original = trained(MixedStream.of(1_000, 10));
    byte[] before = snapshot(original);
    Expert restored = restore(before);
    for (LabeledExample example : MixedStream.of(1_000, 11)) {
      restored.learn(example.features(), example.label(), 1);
    }
    assertThat(snapshot(original)).isEqualTo(before);
    assertThat(snapshot(restored)).isNotEqualTo(before);
  }

  @Test
  void restoreReadsNoByteTooMany() throws IOException {
    byte[] snapshot = snapshot(trained(MixedStream.of(1_000, 12)));
    byte[] followed = Arrays.copyOf(snapshot, snapshot.length + 1);
    followed[snapshot.length] = 77;
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(followed));
    factory().restore(SCHEMA, in);
    assertThat(in.read()).isEqualTo(77);
  }

  @Test
  void truncatedSnapshotIsRejected() throws IOException {
    byte[] snapshot = snapshot(trained(MixedStream.of(1_000, 13)));
    for (int length = 0; length < snapshot.length; length += length < 200 ? 1 : 97) {
      byte[] cut = Arrays.copyOf(snapshot, length);
      assertThatThrownBy(() -> restore(cut))
          .as("%s of %s bytes", length, snapshot.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void snapshotWithAnotherTagIsRejected() throws IOException {
    byte[] snapshot = snapshot(fresh());
    snapshot[0] ^= 0x20;
    assertThatThrownBy(() -> restore(snapshot))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tag");
  }

  @Test
  void snapshotOfANewerVersionIsRejected() throws IOException {
    byte[] snapshot = snapshot(fresh());
    snapshot[5]++;
    assertThatThrownBy(() -> restore(snapshot))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version " + snapshot[5]);
  }

  /** The schema is not in a part's snapshot; sizes that do not fit are found, or do no harm. */
  @Test
  void snapshotOfOtherSizesIsRejectedOrContinues() throws IOException {
    byte[] snapshot = snapshot(trained(MixedStream.of(500, 14)));
    for (StreamSchema other : otherSizes()) {
      Expert restored;
      try {
        restored =
            factory().restore(other, new DataInputStream(new ByteArrayInputStream(snapshot)));
      } catch (IOException sizesDiffer) {
        continue;
      }
      for (LabeledExample example : MixedStream.of(500, 15)) {
        FeatureVector features =
            FeatureVector.of(Arrays.copyOf(values(example.features()), other.features()));
        assertThat(Arrays.stream(predict(restored, features)).sum()).isCloseTo(1, within(1e-9));
        restored.learn(features, example.label() % other.classes(), 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void illegalWeightIsRejected(double weight) throws IOException {
    Expert expert = fresh();
    byte[] before = snapshot(expert);
    FeatureVector features = MixedStream.of(1, 15).get(0).features();
    assertThatThrownBy(() -> expert.learn(features, 0, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight")
        .hasMessageContaining(Double.toString(weight));
    assertThat(snapshot(expert)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, Integer.MAX_VALUE})
  void labelOutsideTheSchemaIsRejected(int label) throws IOException {
    Expert expert = fresh();
    byte[] before = snapshot(expert);
    FeatureVector features = MixedStream.of(1, 16).get(0).features();
    assertThatThrownBy(() -> expert.learn(features, label, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label")
        .hasMessageContaining(Integer.toString(label));
    assertThat(snapshot(expert)).isEqualTo(before);
  }

  @Test
  void wrongNumberOfFeaturesIsRejected() {
    Expert expert = fresh();
    FeatureVector features = FeatureVector.of(1, 2);
    assertThatThrownBy(() -> predict(expert, features))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features");
    assertThatThrownBy(() -> expert.learn(features, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features");
  }

  @Test
  void wrongLengthOfDistributionIsRejected() {
    FeatureVector features = MixedStream.of(1, 17).get(0).features();
    assertThatThrownBy(() -> fresh().predict(features, new double[CLASSES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distribution");
  }

  @Test
  void missingUndeclaredAndExtremeValuesAreAccepted() throws IOException {
    List<FeatureVector> odd =
        List.of(
            FeatureVector.of(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN),
            FeatureVector.of(1, 3, 1, 6, 1),
            FeatureVector.of(1, -1, 1, 1e9, 1),
            FeatureVector.of(1, 0.5, 1, 2.5, 1),
            FeatureVector.of(Double.MAX_VALUE, 0, -Double.MAX_VALUE, 0, Double.MIN_VALUE));
    Expert expert = trained(MixedStream.of(1_000, 18));
    List<LabeledExample> between = MixedStream.of(1_000, 19);
    for (int i = 0; i < between.size(); i++) {
      FeatureVector features = odd.get(i % odd.size());
      assertThat(Arrays.stream(predict(expert, features)).sum()).isCloseTo(1, within(1e-9));
      expert.learn(features, i % CLASSES, 1);
      expert.learn(between.get(i).features(), between.get(i).label(), 1);
    }
    Expert restored = restore(snapshot(expert));
    assertThat(testThenTrain(restored, between)).isEqualTo(testThenTrain(expert, between));
  }

  @Test
  void fractionalAndLargeWeightsAreLearned() throws IOException {
    learnWeighted(1e-3, 6, 2.5);
  }

  @Test
  void extremeWeightsLeaveADistribution() throws IOException {
    learnWeighted(Double.MAX_VALUE, Double.MIN_VALUE, 1);
    learnWeighted(Double.MAX_VALUE);
    learnWeighted(Double.MIN_VALUE);
  }

  private void learnWeighted(double... weights) throws IOException {
    Expert expert = fresh();
    List<LabeledExample> examples = MixedStream.of(2_000, 20);
    for (int i = 0; i < examples.size(); i++) {
      double[] distribution = predict(expert, examples.get(i).features());
      assertThat(Arrays.stream(distribution).allMatch(p -> p >= 0 && p <= 1)).isTrue();
      assertThat(Arrays.stream(distribution).sum()).isCloseTo(1, within(1e-9));
      expert.learn(
          examples.get(i).features(), examples.get(i).label(), weights[i % weights.length]);
    }
    Expert restored = restore(snapshot(expert));
    assertThat(testThenTrain(restored, examples)).isEqualTo(testThenTrain(expert, examples));
  }

  /** A fresh expert for {@link MixedStream}. */
  protected final Expert fresh() {
    return factory().create(SCHEMA, SEED);
  }

  /** An expert that has learned these examples, each with weight 1. */
  protected final Expert trained(List<LabeledExample> examples) {
    Expert expert = fresh();
    for (LabeledExample example : examples) {
      expert.learn(example.features(), example.label(), 1);
    }
    return expert;
  }

  /** The snapshot's bytes. */
  public static byte[] snapshot(Expert expert) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    expert.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The expert in these bytes. */
  protected final Expert restore(byte[] snapshot) throws IOException {
    return factory().restore(SCHEMA, new DataInputStream(new ByteArrayInputStream(snapshot)));
  }

  private static double[] predict(Expert expert, FeatureVector features) {
    double[] distribution = new double[expert.classes()];
    expert.predict(features, distribution);
    return distribution;
  }

  private static List<List<Long>> testThenTrain(Expert expert, List<LabeledExample> examples) {
    List<List<Long>> bits = new ArrayList<>(examples.size());
    for (LabeledExample example : examples) {
      double[] distribution = predict(expert, example.features());
      bits.add(Arrays.stream(distribution).mapToObj(Double::doubleToRawLongBits).toList());
      expert.learn(example.features(), example.label(), 1);
    }
    return bits;
  }

  private static List<StreamSchema> otherSizes() {
    List<Attribute> attributes = SCHEMA.attributes();
    List<Attribute> otherValues = new ArrayList<>(attributes);
    otherValues.set(1, Attribute.nominal("colour", List.of("red", "blue")));
    return List.of(
        new StreamSchema(attributes.subList(0, 4), SCHEMA.labels()),
        new StreamSchema(otherValues, SCHEMA.labels()),
        SCHEMA.withLabels(new LabelSpace(List.of("one", "two", "three"))));
  }

  private static double[] values(FeatureVector features) {
    double[] values = new double[features.size()];
    features.copyTo(values);
    return values;
  }

  private static int argMax(double[] distribution) {
    int best = 0;
    for (int i = 1; i < distribution.length; i++) {
      best = distribution[i] > distribution[best] ? i : best;
    }
    return best;
  }
}
