// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** What the default mixture holds on a wide stream. */
final class AdaptiveMemoryTest {
  private static final int ATTRIBUTES = 300;
  private static final int EVENTS = 2_500;

  /**
   * Everyone who sends events has an attribute value of their own, and decides on the class: with
   * one input for each declared value, this did not end within minutes.
   */
  @Test
  void anAttributeOfTenThousandValuesFitsIntoTheDefaultLimit() {
    int users = 9_990;
    List<String> names = IntStream.range(0, users).mapToObj(u -> "u" + u).toList();
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.nominal("user", names), Attribute.numeric("amount")),
            new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < EVENTS; i++) {
      int user = (int) (users * random.nextDouble());
      double[] x = {user, random.nextDouble()};
      mixture.learn(mixture.predict(FeatureVector.of(x)), user % 7 % 2);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }

  @Test
  @Tag("slow")
  void aHundredNominalAttributesFitIntoTheDefaultLimit() {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < 100; a++) {
      List<String> values = IntStream.range(0, 20 + 13 * a).mapToObj(v -> "v" + v).toList();
      attributes.add(Attribute.nominal("a" + a, values));
    }
    StreamSchema schema = new StreamSchema(attributes, new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < 1_500; i++) {
      double[] x = new double[attributes.size()];
      for (int a = 0; a < x.length; a++) {
        x[a] = (int) (attributes.get(a).values().size() * random.nextDouble());
      }
      mixture.learn(mixture.predict(FeatureVector.of(x)), x[50] % 7 > 3 ? 1 : 0);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }

  @Test
  void fiveHundredNumericAttributesFitIntoTheDefaultLimit() {
    numericAttributesFit(500, 1_000, 0.9, 30);
  }

  @ParameterizedTest
  @CsvSource({
    "576, 3000, 0.9, 60",
    "600, 3000, 0.9, 60",
    "2000, 1500, 0.9, 60",
    "10000, 700, 0.85, 200"
  })
  @Tag("slow")
  void thousandsOfNumericAttributesFitIntoTheDefaultLimit(
      int attributes, int events, double accuracy, double milliseconds) {
    numericAttributesFit(attributes, events, accuracy, milliseconds);
  }

  /**
   * Each tenth attribute says a little of the class.
   *
   * @param milliseconds that an event may take, many times what it takes
   */
  private static void numericAttributesFit(
      int attributes, int events, double accuracy, double milliseconds) {
    List<Attribute> columns = new ArrayList<>();
    for (int a = 0; a < attributes; a++) {
      columns.add(Attribute.numeric("a" + a));
    }
    StreamSchema schema = new StreamSchema(columns, new LabelSpace(List.of("no", "yes")));
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 1);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, schema);
    SplitMix64 random = new SplitMix64(7);
    int right = 0;
    long start = System.nanoTime();
    for (int i = 0; i < events; i++) {
      int label = random.nextDouble() < 0.5 ? 0 : 1;
      double[] x = new double[attributes];
      for (int a = 0; a < attributes; a++) {
        x[a] = random.nextDouble() + (a % 10 == 0 ? 0.2 * label : 0);
      }
      PendingPrediction prediction = mixture.predict(FeatureVector.of(x));
      double[] probabilities = prediction.probabilities();
      boolean isRight = (probabilities[1] > probabilities[0] ? 1 : 0) == label;
      right += i >= events / 2 && isRight ? 1 : 0;
      mixture.learn(prediction, label);
    }
    double each = (System.nanoTime() - start) / 1e6 / events;
    long bytes = GraphLayout.parseInstance(mixture).totalSize();
    System.out.printf(
        Locale.ROOT,
        "%d attributes: %.1f MiB, %.2f ms an event, accuracy %.3f%n",
        attributes,
        bytes / (double) (1 << 20),
        each,
        right / (events / 2.0));
    assertThat(bytes).isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
    assertThat(right / (events / 2.0)).isGreaterThan(accuracy);
    assertThat(each).isLessThan(milliseconds);
  }

  /** Naive Bayes alone would take 40 MB for a million pairs of attribute and class. */
  @ParameterizedTest
  @CsvSource({
    "3, 2, 0, 2, 3000",
    "100, 2, 0, 6, 1000",
    "10, 100, 0, 6, 1500",
    "100, 100, 0, 11, 600"
  })
  void limitHolds(int attributes, int classes, int values, int mebibytes, int events) {
    limitIsHeld(attributes, classes, values, mebibytes, events);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 2, 0, 2, 10000",
    "300, 2, 0, 16, 3000",
    "1000, 100, 0, 28, 3000",
    "1000, 1000, 0, 67, 1500",
    "2000, 1000, 0, 79, 1000",
    "10, 1000, 200, 68, 1500",
    "100, 2, 2000, 16, 2000",
    "10, 10000, 0, 435, 140"
  })
  @Tag("slow")
  void limitHoldsForManyAttributesAndClasses(
      int attributes, int classes, int values, int mebibytes, int events) {
    limitIsHeld(attributes, classes, values, mebibytes, events);
  }

  /** The least value that is not refused is enough, and no more than twice what is needed. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 2, 1500",
    "20, 2, 2, 1500",
    "2048, 0, 2, 200",
    "2049, 0, 2, 200",
    "2048, 2, 2, 200",
    "10000, 20, 2, 60",
    "2000, 32, 2, 60",
    "10, 257, 3, 1500",
    "30, 33, 200, 300"
  })
  @Tag("slow")
  void leastLimitIsHeld(int attributes, int values, int classes, int events) {
    StreamSchema schema = schema(attributes, classes, values);
    Matcher refusal =
        Pattern.compile("at least (\\d+) for")
            .matcher(
                assertThatThrownBy(
                        () -> MixtureOfExperts.create(MixtureConfig.adaptive(1, 1 << 20), schema))
                    .actual()
                    .getMessage());
    assertThat(refusal.find()).isTrue();
    long least = Long.parseLong(refusal.group(1));
    assertThat(most(schema, values, least, events)).isBetween(least / 2, least);
  }

  /** The class follows three attributes, which change every 400 events. */
  private static void limitIsHeld(
      int attributes, int classes, int values, int mebibytes, int events) {
    long limit = (long) mebibytes << 20;
    StreamSchema schema = schema(attributes, classes, values);
    assertThat(most(schema, values, limit, events)).isBetween(limit / 4, limit);
  }

  private static StreamSchema schema(int attributes, int classes, int values) {
    List<String> declared = IntStream.range(0, values).mapToObj(v -> "v" + v).toList();
    return new StreamSchema(
        IntStream.range(0, attributes)
            .mapToObj(
                a ->
                    values == 0 ? Attribute.numeric("a" + a) : Attribute.nominal("a" + a, declared))
            .toList(),
        new LabelSpace(IntStream.range(0, classes).mapToObj(c -> "c" + c).toList()));
  }

  /** The most bytes that a mixture holds beside its schema. */
  private static long most(StreamSchema schema, int values, long limit, int events) {
    int attributes = schema.features();
    int classes = schema.classes();
    MixtureOfExperts mixture = MixtureOfExperts.create(MixtureConfig.adaptive(1, limit), schema);
    SplitMix64 random = new SplitMix64(7);
    long shared = GraphLayout.parseInstance(schema).totalSize();
    long most = 0;
    for (int i = 0; i < events; i++) {
      double[] x = new double[attributes];
      for (int a = 0; a < attributes; a++) {
        x[a] = values == 0 ? random.nextDouble() : (int) (values * random.nextDouble());
      }
      int label = i < classes ? i : 0;
      for (int a = 0; a < 3 && i >= classes; a++) {
        double value = x[(i / 400 * 3 + a) % attributes];
        label = (4 * label + (int) (4 * value / Math.max(1, values))) % classes;
      }
      mixture.learn(mixture.predict(FeatureVector.of(x)), label);
      if ((i + 1) % (events / 4) == 0 || i == Math.min(127, events / 20)) {
        long held = GraphLayout.parseInstance(mixture, schema).totalSize() - shared;
        most = Math.max(most, held);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d attributes of %d values, %d classes: %.1f of %.1f MiB%n",
        attributes,
        values,
        classes,
        most / (double) (1 << 20),
        limit / (double) (1 << 20));
    return most;
  }

  @Test
  void aLimitBelowWindowsAndNetworksIsRefused() {
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, 1_000).mapToObj(a -> Attribute.numeric("a" + a)).toList(),
            new LabelSpace(IntStream.range(0, 100).mapToObj(c -> "c" + c).toList()));
    assertThatThrownBy(() -> MixtureOfExperts.create(MixtureConfig.adaptive(1, 8L << 20), schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model-bytes must be at least 28993454 for 1000 attributes and 100 classes, whose"
                + " windows and networks take 25369272; got 8388608");
    MixtureOfExperts.create(MixtureConfig.adaptive(1, 28_993_454), schema);
  }

  @Test
  @Tag("slow")
  void threeHundredAttributesFitIntoTheDefaultLimit() {
    List<Attribute> attributes = new ArrayList<>();
    for (int a = 0; a < ATTRIBUTES; a++) {
      attributes.add(Attribute.numeric("a" + a));
    }
    StreamSchema schema = new StreamSchema(attributes, new LabelSpace(List.of("no", "yes")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    SplitMix64 random = new SplitMix64(7);
    for (int i = 0; i < EVENTS; i++) {
      double[] x = new double[ATTRIBUTES];
      for (int a = 0; a < ATTRIBUTES; a++) {
        x[a] = random.nextDouble();
      }
      // two concepts in turn, each of which trees can split by
      int at = i / 500 % 2 * 5;
      int label = x[at] > 0.5 ^ x[at + 1] > 0.7 ? 1 : 0;
      mixture.learn(mixture.predict(FeatureVector.of(x)), label);
    }
    assertThat(GraphLayout.parseInstance(mixture).totalSize())
        .isBetween(1L << 20, MixtureConfig.DEFAULT_MODEL_BYTES);
  }
}
