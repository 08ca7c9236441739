// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecallChoiceTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.nominal("n", List.of("a", "b"))),
          new LabelSpace(List.of("often", "seldom", "never")));

  private static final FeatureVector ANYWHERE = FeatureVector.of(Double.NaN, Double.NaN);

  /** An event without features, of class 0 or 1, and what an honest mixture says of it. */
  private record Event(double[] probabilities, int label) {}

  private static Event event(SplittableRandom random, double rare) {
    double evidence = Math.exp(2 * gaussian(random));
    double odds = rare / (1 - rare) * evidence;
    double seldom = odds / (1 + odds);
    return new Event(new double[] {1 - seldom, seldom, 0}, random.nextDouble() < seldom ? 1 : 0);
  }

  private static double gaussian(SplittableRandom random) {
    return IntStream.range(0, 12).mapToDouble(i -> random.nextDouble()).sum() - 6;
  }

  /** Recalls of both classes over the second half, and the share of right predictions. */
  private static double[] run(Objective objective, double rare, int events) {
    SplittableRandom random = new SplittableRandom(11);
    RecallChoice choice = new RecallChoice(objective, SCHEMA);
    double[] hits = new double[2];
    double[] labels = new double[2];
    for (int i = 0; i < events; i++) {
      Event event = event(random, rare);
      int predicted =
          objective == Objective.ACCURACY
              ? ArgMax.of(event.probabilities)
              : choice.choose(ANYWHERE, event.probabilities);
      choice.learn(ANYWHERE, event.probabilities, event.label);
      if (i >= events / 2) {
        labels[event.label]++;
        hits[event.label] += predicted == event.label ? 1 : 0;
      }
      assertThat(predicted).isNotEqualTo(2);
    }
    return new double[] {
      hits[0] / labels[0], hits[1] / labels[1], (hits[0] + hits[1]) / (labels[0] + labels[1])
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"BALANCED_ACCURACY", "G_MEAN"})
  void recallsAreTradedForAccuracy(Objective objective) {
    for (double rare : new double[] {0.05, 0.005}) {
      double[] plain = run(Objective.ACCURACY, rare, 40_000);
      double[] found = run(objective, rare, 40_000);

      assertThat(found[0] + found[1]).isGreaterThan(plain[0] + plain[1] + 0.15);
      assertThat(found[0] * found[1]).isGreaterThan(plain[0] * plain[1] + 0.15);
      assertThat(found[2]).isLessThan(plain[2]);
    }
  }

  @Test
  void aClassSeenTwiceIsFoundByItsExamples() {
    RecallChoice choice = new RecallChoice(Objective.BALANCED_ACCURACY, SCHEMA);
    SplittableRandom random = new SplittableRandom(5);
    double[] sure = {0.97, 0.02, 0.01};
    for (int i = 0; i < 1_000; i++) {
      choice.learn(FeatureVector.of(random.nextDouble(), 0), sure, 0);
    }
    FeatureVector odd = FeatureVector.of(7.5, 1);
    assertThat(choice.choose(odd, sure)).isZero();
    choice.learn(FeatureVector.of(7, 1), sure, 1);

    assertThat(choice.choose(odd, sure)).isEqualTo(1);
    assertThat(choice.choose(FeatureVector.of(0.5, 0), sure)).isZero();
  }

  @Test
  void noClassIsPredictedBeforeItsFirstLabel() {
    RecallChoice choice = new RecallChoice(Objective.G_MEAN, SCHEMA);
    double[] probabilities = {0.1, 0.2, 0.7};
    assertThat(choice.choose(ANYWHERE, probabilities)).isEqualTo(2); // no label at all
    choice.learn(ANYWHERE, probabilities, 0);

    assertThat(choice.choose(ANYWHERE, probabilities)).isZero();
  }

  @Test
  void goesOnBitForBitAfterARestore() throws IOException {
    RecallChoice choice = new RecallChoice(Objective.BALANCED_ACCURACY, SCHEMA);
    train(choice, new SplittableRandom(2), 550);
    RecallChoice restored = new RecallChoice(Objective.BALANCED_ACCURACY, SCHEMA);
    restored.readSnapshot(in(saved(choice)));

    List<Integer> chosen = train(choice, new SplittableRandom(9), 500);
    assertThat(train(restored, new SplittableRandom(9), 500)).isEqualTo(chosen);
    assertThat(saved(restored)).isEqualTo(saved(choice));
  }

  private static List<Integer> train(RecallChoice choice, SplittableRandom random, int events) {
    return IntStream.range(0, events)
        .mapToObj(
            i -> {
              Event event = event(random, 0.05);
              FeatureVector features =
                  FeatureVector.of(event.label + random.nextDouble(), random.nextInt(2));
              int chosen = choice.choose(features, event.probabilities);
              choice.learn(features, event.probabilities, event.label);
              return chosen;
            })
        .toList();
  }

  @Test
  void underAnotherObjectiveExamplesAndFrequenciesStay() throws IOException {
    RecallChoice choice = new RecallChoice(Objective.BALANCED_ACCURACY, SCHEMA);
    train(choice, new SplittableRandom(2), 3_000);
    RecallChoice other = new RecallChoice(Objective.G_MEAN, SCHEMA);
    other.readSnapshot(in(saved(choice)));

    FeatureVector rare = FeatureVector.of(1.5, 0);
    assertThat(other.choose(rare, new double[] {0.8, 0.2, 0})).isEqualTo(1);
  }

  /** Saved ones hold these numbers. */
  @ParameterizedTest
  @CsvSource({"ACCURACY, 0", "BALANCED_ACCURACY, 1", "G_MEAN, 2"})
  void objectivesKeepTheirNumbers(Objective objective, byte number) throws IOException {
    byte[] bytes = saved(new RecallChoice(objective, SCHEMA));
    assertThat(bytes[6]).as("behind tag and version").isEqualTo(number);
  }

  @Test
  void damagedBytesAreRefused() throws IOException {
    RecallChoice choice = new RecallChoice(Objective.G_MEAN, SCHEMA);
    train(choice, new SplittableRandom(2), 50);
    byte[] bytes = saved(choice);
    int refused = 0;
    for (int at = 5; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] = (byte) 0xff;
      try {
        new RecallChoice(Objective.G_MEAN, SCHEMA).readSnapshot(in(damaged));
      } catch (IOException e) {
        refused++; // and nothing else is thrown
      }
    }
    assertThat(refused).isGreaterThan(20);
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
    assertThatIOException()
        .isThrownBy(() -> new RecallChoice(Objective.G_MEAN, SCHEMA).readSnapshot(in(half)));
  }

  private static byte[] saved(RecallChoice choice) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    choice.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
