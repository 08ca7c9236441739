// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNeighboursTest extends ExpertContractTest {
  private static final FixedShareConfig MIXING = FixedShareConfig.defaults();
  private static final LabelSpace LABELS = new LabelSpace(List.of("no", "yes"));

  @Override
  protected ExpertFactory factory() {
    return NearestNeighboursFactory.defaults();
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return true;
  }

  @Test
  void windowsOfManyAttributesAreShort_butGoOnAtTheLengthTheyWereSavedWith() throws IOException {
    int attributes = 3_000;
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, attributes).mapToObj(a -> Attribute.numeric("a" + a)).toList(),
            LABELS);
    NearestNeighboursFactory factory = NearestNeighboursFactory.defaults();
    Expert young = factory.create(schema, 1);
    Expert old = new NearestNeighbours(factory, new Domain(schema), Integer.MAX_VALUE);
    SplitMix64 random = new SplitMix64(4);
    for (int i = 0; i < 4; i++) {
      double[] x = new double[attributes];
      Arrays.setAll(x, a -> random.nextDouble());
      young.learn(FeatureVector.of(x), i % 2, 1);
      old.learn(FeatureVector.of(x), i % 2, 1);
    }
    assertThat(young.describe()).contains("window 500:", "window 699:");
    assertThat(old.describe()).contains("window 500:", "window 1500:");
    for (Expert expert : List.of(young, old)) {
      byte[] bytes = snapshot(expert);
      Expert restored =
          factory.restore(schema, new DataInputStream(new ByteArrayInputStream(bytes)));
      assertThat(restored.describe()).isEqualTo(expert.describe());
      assertThat(snapshot(restored)).isEqualTo(bytes);
    }
    assertThat(snapshot(old).length).isGreaterThan(2 * snapshot(young).length);
  }

  @Test
  void equalsBruteForceOnMixedAttributes() {
    compareWithBruteForce(
        MixedStream.SCHEMA,
        new NearestNeighboursFactory(List.of(7, 41, 100), 3, 0.1, MIXING),
        MixedStream.of(1_200, 31),
        0.05);
  }

  @Test
  void equalsBruteForceWithMoreNeighboursThanExamples() {
    compareWithBruteForce(
        MixedStream.SCHEMA,
        new NearestNeighboursFactory(List.of(4, 16), 20, 0.5, MIXING),
        MixedStream.of(200, 32),
        0.2);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16, 17, 70})
  void equalsBruteForceOnNominalValuesHoweverManyThereAre(int values) {
    List<String> names = IntStream.range(0, values).mapToObj(v -> "v" + v).toList();
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < 9; a++) {
      attributes.add(Attribute.nominal("a" + a, names));
    }
    SplitMix64 random = new SplitMix64(values);
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      double[] x = new double[9];
      for (int a = 0; a < 9; a++) {
        x[a] = random.nextDouble() < 0.1 ? Double.NaN : (int) (random.nextDouble() * values);
      }
      examples.add(new LabeledExample(FeatureVector.of(x), x[0] < 1 ? 0 : 1));
    }
    // Whole numbers: sums are exact and ties are broken by age alone, so nothing is ambiguous.
    compareWithBruteForce(
        new StreamSchema(attributes, LABELS),
        new NearestNeighboursFactory(List.of(50, 130), 5, 0.1, MIXING),
        examples,
        0);
  }

  @Test
  void equalsBruteForceOnManyNumbersWithOutliersAndGaps() {
    List<Attribute> attributes =
        IntStream.range(0, 11).mapToObj(a -> Attribute.numeric("a" + a)).toList();
    SplitMix64 random = new SplitMix64(9);
    List<LabeledExample> examples = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      double[] x = new double[11];
      for (int a = 0; a < 11; a++) {
        double value = random.nextDouble() + (a == 3 ? 1e5 : 0) + (a == 9 ? i / 100.0 : 0);
        double draw = random.nextDouble();
        // Every attribute is clean and dirty by turns.
        boolean dirty = i / 150 % 3 == a % 3;
        x[a] = dirty && draw < 0.01 ? Double.NaN : dirty && draw < 0.012 ? 50 * value : value;
      }
      examples.add(new LabeledExample(FeatureVector.of(x), x[0] + x[1] > 1 ? 1 : 0));
    }
    compareWithBruteForce(
        new StreamSchema(attributes, LABELS),
        new NearestNeighboursFactory(List.of(50, 250), 5, 0.1, MIXING),
        examples,
        0.05);
  }

  /** Events where rounding may decide between two examples are left out, up to this share. */
  private static void compareWithBruteForce(
      StreamSchema schema,
      NearestNeighboursFactory factory,
      List<LabeledExample> examples,
      double ambiguousShare) {
    Expert expert = factory.create(schema, 1);
    NaiveNeighbours naive = new NaiveNeighbours(schema, factory);
    double[] distribution = new double[schema.classes()];
    int ambiguous = 0;
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      expert.predict(example.features(), distribution);
      double[] expected = naive.predict(example);
      if (ambiguousShare > 0 && naive.smallestGap < 1e-4) {
        ambiguous++;
      } else {
        assertThat(distribution).as("event %s", i).containsExactly(expected, within(2e-4));
      }
      double weight = i % 4 == 0 ? 2.5 : 1;
      expert.learn(example.features(), example.label(), weight);
      naive.learn(example, weight);
    }
    assertThat(ambiguous).isLessThanOrEqualTo((int) (ambiguousShare * examples.size()));
  }

  @Test
  void smallStepsOnALargeOffsetKeepTheirDistance() {
    StreamSchema schema = new StreamSchema(List.of(Attribute.numeric("time")), LABELS);
    Expert expert = factory().create(schema, 1);
    for (int i = 0; i < 400; i++) {
      expert.learn(FeatureVector.of(1e12 + i % 100), i % 100 < 50 ? 0 : 1, 1);
    }
    assertThat(probability(expert, 1, 1e12 + 49)).isLessThan(0.1);
    assertThat(probability(expert, 1, 1e12 + 50)).isGreaterThan(0.9);
  }

  @Test
  void oneWildAttributeDoesNotDecide() {
    List<Attribute> attributes =
        IntStream.range(0, 9).mapToObj(a -> Attribute.numeric("a" + a)).toList();
    Expert expert = factory().create(new StreamSchema(attributes, LABELS), 1);
    SplitMix64 random = new SplitMix64(3);
    double[] x = new double[9];
    for (int i = 0; i < 1_000; i++) {
      int label = i % 2;
      for (int a = 0; a < 8; a++) {
        x[a] = 4 * label + random.nextDouble();
      }
      x[8] = label + 0.1 * random.nextDouble();
      expert.learn(FeatureVector.of(x), label, 1);
    }
    // Eight attributes say "no", the ninth lies a million deviations beyond "yes".
    Arrays.fill(x, 0.5);
    x[8] = 1e6;
    assertThat(probability(expert, 0, x)).isGreaterThan(0.9);
  }

  @Test
  void shortWindowLeadsAfterADriftAndTheLongOneOnAStreamThatStays() {
    StreamSchema schema =
        new StreamSchema(List.of(Attribute.numeric("x"), Attribute.numeric("y")), LABELS);
    NearestNeighboursFactory factory =
        new NearestNeighboursFactory(List.of(30, 2_000), 5, 0.1, MIXING);
    NearestNeighbours expert = (NearestNeighbours) factory.create(schema, 1);
    SplitMix64 random = new SplitMix64(8);
    learnDisc(expert, random, 3_000, false);
    assertThat(weightOfLongest(expert)).isGreaterThan(0.8);
    learnDisc(expert, random, 200, true);
    assertThat(weightOfLongest(expert)).isLessThan(0.2);
  }

  private static void learnDisc(Expert expert, SplitMix64 random, int events, boolean inverted) {
    for (int i = 0; i < events; i++) {
      double x = 4 * random.nextDouble() - 2;
      double y = 4 * random.nextDouble() - 2;
      boolean inside = x * x + y * y < 2.5;
      expert.learn(FeatureVector.of(x, y), inside != inverted ? 1 : 0, 1);
    }
  }

  private static double weightOfLongest(NearestNeighbours expert) {
    String described = expert.describe();
    assertThat(described).contains("5 nearest neighbours", "window 30:", "window 2000:");
    int at = described.lastIndexOf("weight ") + "weight ".length();
    return Double.parseDouble(described.substring(at, at + 5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 3e10})
  void valuesFarFromTheFirstOneKeepTheirPrecision(double first) throws IOException {
    StreamSchema schema = new StreamSchema(List.of(Attribute.numeric("time")), LABELS);
    NearestNeighboursFactory factory = new NearestNeighboursFactory(List.of(200), 5, 0.1, MIXING);
    Expert expert = factory.create(schema, 1);
    SplitMix64 random = new SplitMix64(12);
    double[] distribution = new double[2];
    expert.learn(FeatureVector.of(first), 0, 1);
    int correct = 0;
    // So long does it take until the deviations have forgotten the first value.
    for (int i = 0; i < 84_000; i++) {
      double x = random.nextDouble() * 1_000;
      int label = (int) (x / 125) % 2;
      FeatureVector features = FeatureVector.of(3e10 + x);
      if (i >= 80_000) {
        expert.predict(features, distribution);
        correct += distribution[label] > 0.5 ? 1 : 0;
      }
      expert.learn(features, label, 1);
      if (i == 300) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(snapshot(expert));
        expert = factory.restore(schema, new DataInputStream(bytes));
      }
    }
    assertThat(correct).isGreaterThan(3_800);
  }

  @Test
  void damagedSnapshotIsRejectedByField() throws IOException {
    StreamSchema schema = new StreamSchema(List.of(Attribute.numeric("x")), LABELS);
    NearestNeighboursFactory factory = new NearestNeighboursFactory(List.of(16), 5, 0.1, MIXING);
    Expert expert = factory.create(schema, 1);
    for (int i = 0; i < 20; i++) {
      expert.learn(FeatureVector.of(i), i % 2, 1 + 0.0625);
    }
    byte[] bytes = snapshot(expert);
    ByteBuffer damaged = ByteBuffer.wrap(bytes.clone());
    damaged.putDouble(bytes.length - 8, Double.NaN);
    assertRejected(factory, schema, damaged, "accuracies");
    damaged = ByteBuffer.wrap(bytes.clone());
    damaged.putLong(bytes.length - 8 - 4 - 8, -1);
    assertRejected(factory, schema, damaged, "examples learned");
    damaged = ByteBuffer.wrap(bytes.clone());
    int weight = indexOf(damaged, Double.doubleToLongBits(1.0625));
    damaged.putDouble(weight, -1);
    assertRejected(factory, schema, damaged, "weights of examples");
    damaged = ByteBuffer.wrap(bytes.clone());
    // the column ends before the labels and their length
    damaged.putFloat(weight - 4 - 16 * 4 - 4 - 4, Float.NaN);
    assertRejected(factory, schema, damaged, "value NaN of attribute x");
  }

  private static int indexOf(ByteBuffer bytes, long wanted) {
    int i = 0;
    while (bytes.getLong(i) != wanted) {
      i++;
    }
    return i;
  }

  private static void assertRejected(
      NearestNeighboursFactory factory, StreamSchema schema, ByteBuffer bytes, String field) {
    assertThatThrownBy(
            () ->
                factory.restore(
                    schema, new DataInputStream(new ByteArrayInputStream(bytes.array()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(field);
  }

  private static double probability(Expert expert, int label, double... features) {
    double[] distribution = new double[expert.classes()];
    expert.predict(FeatureVector.of(features), distribution);
    return distribution[label];
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    for (List<Integer> windows : List.of(List.of(0), List.of(5, 5), List.of(9, 4))) {
      assertThatThrownBy(() -> new NearestNeighboursFactory(windows, 5, 0.1, MIXING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("windows must rise from at least 1 to at most 1000000, got " + windows);
    }
    assertThatThrownBy(() -> new NearestNeighboursFactory(List.of(), 5, 0.1, MIXING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("windows must name at least one length, got []");
    assertThatThrownBy(() -> new NearestNeighboursFactory(List.of(9), 0, 0.1, MIXING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("neighbours must lie between 1 and 1000, got 0");
    assertThatThrownBy(() -> new NearestNeighboursFactory(List.of(9), 5, -1, MIXING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("smoothing must lie between 0 and 1000000.0, got -1.0");
  }
}
