// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.MixedStream;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionSetsTest {
  private static final int WINDOW = 5_000;

  private static final MixtureSettings SMALL =
      new MixtureSettings("{\"preset\": \"adaptive\", \"pool\": [\"naive-bayes\", \"no-change\"]}");

  private static MixtureConfig config(double coverage) {
    return SMALL.config(3).withCoverage(coverage);
  }

  static PendingPrediction prediction(double[] probabilities, SetBound bound, long seed) {
    return new PendingPrediction(
            FeatureVector.of(0), probabilities, new double[0], new Votes(new double[0], 2), seed, 0)
        .withSet(bound);
  }

  /** A true class among many, of a model that is right to a share, and more or less sure of it. */
  private record Drawn(double[] probabilities, int label) {
    static Drawn of(SplitMix64 random, int classes, double right, double sharpness) {
      double[] probabilities = new double[classes];
      int label = (int) (classes * random.nextDouble());
      int top = random.nextDouble() < right ? label : (int) (classes * random.nextDouble());
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        probabilities[c] = random.nextDouble() + (c == top ? sharpness * random.nextDouble() : 0);
        sum += probabilities[c];
      }
      for (int c = 0; c < classes; c++) {
        probabilities[c] /= sum;
      }
      return new Drawn(probabilities, label);
    }
  }

  /** Share of the sets with labels from one on that held them, in per cent. */
  private static double held(List<Boolean> holds, int from, int count) {
    return 100.0
        * Collections.frequency(holds.subList(from, from + count), true)
        / Math.min(count, holds.size() - from);
  }

  /** Abrupt changes of how good the model is and of how sure, in every window. */
  @ParameterizedTest
  @CsvSource({
    "2, 0.9",
    "2, 0.95",
    "2, 0.99",
    "10, 0.9",
    "10, 0.95",
    "10, 0.99",
    "1000, 0.9",
    "1000, 0.95"
  })
  void coverageIsWithinOnePointInEveryWindow(int classes, double coverage) {
    PredictionSets sets = new PredictionSets(coverage, 1_000, classes);
    SplitMix64 random = new SplitMix64(classes);
    List<Boolean> holds = new ArrayList<>();
    for (int i = 0; i < 4 * WINDOW; i++) {
      int regime = i / 3_000 % 3;
      double right = regime == 0 ? 0.98 : regime == 1 ? 0.5 : 0.8;
      Drawn drawn = Drawn.of(random, classes, right, regime == 2 ? 3 : 50);
      SetBound bound = sets.next(i);
      holds.add(bound.holds(drawn.probabilities[drawn.label]));
      sets.learn(prediction(drawn.probabilities, bound, i), drawn.label);
    }
    for (int from = 0; from <= holds.size() - WINDOW; from++) {
      assertThat(held(holds, from, WINDOW)).isCloseTo(100 * coverage, within(1.0));
    }
  }

  /** A model that is always right and says so, and one that is wrong half the time and says 1. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void equalProbabilitiesAreToldApartByTheSeed(double right) {
    PredictionSets sets = new PredictionSets(0.9, 1_000, 2);
    SplitMix64 random = new SplitMix64(5);
    List<Boolean> holds = new ArrayList<>();
    for (int i = 0; i < 2 * WINDOW; i++) {
      SetBound bound = sets.next(i);
      int label = random.nextDouble() < right ? 1 : 0;
      PendingPrediction made = prediction(new double[] {0, 1}, bound, i);
      holds.add(bound.holds(made.probabilities()[label]));
      sets.learn(made, label);
    }
    assertThat(held(holds, 0, WINDOW)).isCloseTo(90, within(1.0));
    assertThat(held(holds, WINDOW, WINDOW)).isCloseTo(90, within(1.0));
  }

  /** In any order, and two of three never, those of one class more often than of the other. */
  @Test
  void lateLabelsInAnyOrder_orNever_keepTheLevel() {
    PredictionSets sets = new PredictionSets(0.9, 1_000, 4);
    SplitMix64 random = new SplitMix64(6);
    Random order = new Random(7);
    List<Drawn> drawn = new ArrayList<>();
    List<PendingPrediction> made = new ArrayList<>();
    List<Boolean> holds = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      Drawn next = Drawn.of(random, 4, 0.8, 6);
      SetBound bound = sets.next(i);
      if (random.nextDouble() < (next.label == 0 ? 0.6 : 0.2)) {
        drawn.add(next);
        made.add(prediction(next.probabilities, bound, i));
      }
      if (drawn.size() > 300) {
        int at = order.nextInt(drawn.size());
        PendingPrediction late = made.remove(at);
        int label = drawn.remove(at).label;
        holds.add(late.setBound().holds(late.probabilities()[label]));
        sets.learn(late, label);
      }
    }
    for (int from = 2_000; from + WINDOW <= holds.size(); from += 500) {
      assertThat(held(holds, from, WINDOW)).isCloseTo(90, within(1.5));
    }
  }

  /** Answers are about hard events; the level is to hold over all events. */
  @Test
  void answersToQuestions_keepTheLevelOfAllEvents() {
    double[] held = new double[2];
    for (int weighed = 0; weighed < 2; weighed++) {
      PredictionSets sets = new PredictionSets(0.9, 1_000, 4);
      LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 3, 1_000);
      SplitMix64 random = new SplitMix64(11);
      List<Boolean> holds = new ArrayList<>();
      for (int i = 0; i < 60_000; i++) {
        boolean easy = random.nextDouble() < 0.7;
        Drawn next = Drawn.of(random, 4, easy ? 0.99 : 0.3, easy ? 40 : 2);
        PendingPrediction made = prediction(next.probabilities, sets.next(i), i);
        holds.add(made.setBound().holds(next.probabilities[next.label]));
        Optional<LabelQuestion> asked = questions.next(next.probabilities);
        if (asked.isPresent()) {
          sets.learn(weighed == 1 ? made.asking(asked.get()) : made, next.label);
        }
      }
      held[weighed] = held(holds, 20_000, 40_000);
    }
    assertThat(held[1]).isCloseTo(90, within(1.0));
    assertThat(Math.abs(held[0] - 90)).isGreaterThan(3 * Math.abs(held[1] - 90));
  }

  @Test
  void anAnswerOfWeight1_isLearnedLikeALabelThatWasNotAskedFor() throws IOException {
    PredictionSets asked = new PredictionSets(0.9, 100, 2);
    PredictionSets unasked = new PredictionSets(0.9, 100, 2);
    AccuracyEstimate estimateAsked = new AccuracyEstimate(50);
    AccuracyEstimate estimateUnasked = new AccuracyEstimate(50);
    LabelQuestion question = new LabelQuestion(LabelQuestion.Reason.RANDOM, 0.1, 1);
    SplitMix64 random = new SplitMix64(12);
    for (int i = 0; i < 1_000; i++) {
      Drawn next = Drawn.of(random, 2, 0.8, 3);
      PendingPrediction made = prediction(next.probabilities, unasked.next(i), i);
      assertThat(asked.next(i)).isEqualTo(made.setBound());
      unasked.learn(made, next.label);
      asked.learn(made.asking(question), next.label);
      estimateUnasked.learn(made, next.label);
      estimateAsked.learn(made.asking(question), next.label);
    }
    assertThat(bytes(asked)).isEqualTo(bytes(unasked));
    assertThat(bytes(estimateAsked)).isEqualTo(bytes(estimateUnasked));
  }

  private static byte[] bytes(FurtherPart part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    part.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void beforeTheFirstLabel_allClassesAreIn_andLaterSetsMakeUpForThat() {
    PredictionSets sets = new PredictionSets(0.9, 20_000, 3);
    SplitMix64 random = new SplitMix64(8);
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    Queue<Integer> labels = new ArrayDeque<>();
    for (int i = 0; i < 11_000; i++) {
      Drawn next = Drawn.of(random, 3, 0.7, 3);
      SetBound bound = sets.next(i);
      waiting.add(prediction(next.probabilities, bound, i));
      labels.add(next.label);
      if (i < 1_000) {
        assertThat(bound).isSameAs(SetBound.ALL);
      } else {
        sets.learn(waiting.remove(), labels.remove());
      }
    }
    assertThat(sets.coverage().held()).isCloseTo(90, within(1.0));
  }

  @Test
  void probabilitiesThatAreNoNumbers_countAsMisses() {
    PredictionSets sets = new PredictionSets(0.9, 1_000, 2);
    for (int i = 0; i < 100; i++) {
      double[] probabilities = {Double.NaN, Double.NaN};
      sets.learn(prediction(probabilities, sets.next(i), i), 1);
    }
    SetBound bound = sets.next(101);
    assertThat(bound.holds(Double.NaN)).isFalse();
    assertThat(bound.missRate()).isBetween(0.0, 1.0);
    assertThat(sets.coverage().held()).isZero();
  }

  @Test
  void aSetHoldsTheClassesThatAreProbableEnough() {
    PendingPrediction made = prediction(new double[] {0.2, 0.5, 0.3}, new SetBound(0.3, 0.1), 1);
    assertThat(made.hasPredictionSet()).isTrue();
    assertThat(made.predictionSet()).containsExactly(1, 2);
    assertThat(prediction(new double[] {0.2, 0.8}, SetBound.ALL, 1).predictionSet())
        .containsExactly(0, 1);
    assertThat(prediction(new double[] {0.2, 0.8}, new SetBound(0.9, 0.1), 1).predictionSet())
        .isEmpty();
  }

  @Test
  void setsChangeNothingElse() {
    MixtureConfig plain = SMALL.config(3);
    MixtureOfExperts without = MixtureOfExperts.create(plain, MixedStream.SCHEMA);
    MixtureOfExperts with = MixtureOfExperts.create(config(0.8), MixedStream.SCHEMA);
    for (LabeledExample event : MixedStream.of(400, 4)) {
      PendingPrediction one = without.predict(event.features());
      PendingPrediction other = with.predict(event.features());
      assertThat(other.probabilities()).isEqualTo(one.probabilities());
      assertThat(other.predictedClass()).isEqualTo(one.predictedClass());
      assertThat(one.hasPredictionSet()).isFalse();
      assertThat(one.predictionSet()).isEmpty();
      assertThat(other.hasPredictionSet()).isTrue();
      without.learn(one, event.label());
      with.learn(other, event.label());
    }
    assertThat(without.coverage()).isEqualTo(-1);
    assertThat(without.meanSetSize()).isEqualTo(-1);
    assertThat(with.coverage()).isCloseTo(80, within(2.0));
    assertThat(with.meanSetSize()).isBetween(0.5, 4.0);
  }

  /** Young, about to grow up, grown; with labels that wait across the restart. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 100, 127, 300})
  void goesOnBitForBitAfterARestart(int events) throws IOException {
    MixtureOfExperts one = MixtureOfExperts.create(config(0.9), MixedStream.SCHEMA);
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    List<LabeledExample> stream = MixedStream.of(events + 200, 9);
    for (int i = 0; i < events; i++) {
      waiting.add(one.predict(stream.get(i).features()));
      if (waiting.size() > 7) {
        one.learn(waiting.remove(), stream.get(i - 7).label());
      }
    }
    MixtureOfExperts other = restored(one, config(0.9));
    Queue<PendingPrediction> alsoWaiting = new ArrayDeque<>();
    for (PendingPrediction made : waiting) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      made.writeTo(new DataOutputStream(bytes));
      alsoWaiting.add(PendingPrediction.readFrom(in(bytes.toByteArray())));
    }
    MixtureOfExperts successor = events % 2 == 0 ? one : one.successor();
    for (int i = events; i < stream.size(); i++) {
      PendingPrediction made = successor.predict(stream.get(i).features());
      PendingPrediction again = other.predict(stream.get(i).features());
      assertThat(again.setBound()).isEqualTo(made.setBound());
      waiting.add(made);
      alsoWaiting.add(again);
      if (waiting.size() > 7) {
        successor.learn(waiting.remove(), stream.get(i - 7).label());
        other.learn(alsoWaiting.remove(), stream.get(i - 7).label());
      }
      assertThat(other.coverage()).isEqualTo(successor.coverage());
      assertThat(other.meanSetSize()).isEqualTo(successor.meanSetSize());
    }
    assertThat(snapshot(other)).isEqualTo(snapshot(successor));
  }

  @Test
  void coverageMayChangeOnASavedMixture_whichBeginsToCountAnew() throws IOException {
    for (int events : new int[] {50, 300}) {
      MixtureOfExperts saved = MixtureOfExperts.create(config(0.9), MixedStream.SCHEMA);
      for (LabeledExample event : MixedStream.of(events, 9)) {
        saved.learn(saved.predict(event.features()), event.label());
      }
      MixtureOfExperts lower = restored(saved, config(0.6));
      assertThat(lower.coverage()).isEqualTo(-1);
      FeatureVector next = MixedStream.of(1, 77).get(0).features();
      assertThat(lower.predict(next).setBound().missRate()).isCloseTo(0.4, within(1e-9));
      MixtureOfExperts none = restored(saved, SMALL.config(3));
      assertThat(none.predict(next).hasPredictionSet()).isFalse();
      assertThat(none.version()).isEqualTo(events);
      MixtureOfExperts again = restored(none, config(0.9));
      assertThat(again.predict(next).setBound()).isEqualTo(SetBound.ALL);
    }
  }

  @Test
  void evaluationThatBeginsAnew_countsSetsAnew_andTheyStayAsTheyAre() {
    MixtureOfExperts one = MixtureOfExperts.create(config(0.9), MixedStream.SCHEMA);
    MixtureOfExperts other = MixtureOfExperts.create(config(0.9), MixedStream.SCHEMA);
    for (LabeledExample event : MixedStream.of(300, 9)) {
      one.learn(one.predict(event.features()), event.label());
      other.learn(other.predict(event.features()), event.label());
    }
    one.restartEvaluation();
    assertThat(one.coverage()).isEqualTo(-1);
    FeatureVector next = MixedStream.of(1, 77).get(0).features();
    assertThat(one.predict(next).setBound()).isEqualTo(other.predict(next).setBound());
  }

  @Test
  void coverageIsBetween0And1() {
    for (double wrong : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config(wrong))
          .withMessage("coverage must be between 0 and 1 (exclusive), got " + wrong);
    }
  }

  @Test
  void refusesDamagedBytes() throws IOException {
    PredictionSets sets = new PredictionSets(0.9, 10, 2);
    sets.learn(prediction(new double[] {0.25, 0.75}, sets.next(1), 1), 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sets.writeSnapshot(new DataOutputStream(bytes));
    refused(bytes.toByteArray(), 14, "missed sets");
    refused(bytes.toByteArray(), 22, "misses that are owed");
    refused(bytes.toByteArray(), 34, "score");
    refused(bytes.toByteArray(), 46, "prediction set");
  }

  /** With four bytes that make no number of their neighbours. */
  private static void refused(byte[] bytes, int at, String message) {
    bytes[at] = (byte) 0xff;
    bytes[at + 1] = (byte) 0xff;
    assertThatThrownBy(() -> new PredictionSets(0.9, 10, 2).readSnapshot(in(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private static MixtureOfExperts restored(MixtureOfExperts mixture, MixtureConfig config)
      throws IOException {
    return MixtureOfExperts.restore(config, MixedStream.SCHEMA, in(snapshot(mixture)));
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
