// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyEstimateTest {
  private static final MixtureSettings SMALL =
      new MixtureSettings("{\"preset\": \"adaptive\", \"pool\": [\"naive-bayes\", \"no-change\"]}");

  static PendingPrediction sure(double p) {
    return PredictionSetsTest.prediction(new double[] {1 - p, p}, SetBound.ALL, 0);
  }

  /** Of two classes, the second is predicted where p is above a half. */
  private static PendingPrediction drawn(SplitMix64 random) {
    return sure(0.5 + 0.5 * random.nextDouble());
  }

  /** Right as often as the probabilities say, and more or less often by so much. */
  private static int label(PendingPrediction made, double more, SplitMix64 random) {
    double p = made.probabilities()[made.predictedClass()] + more;
    return random.nextDouble() < p ? made.predictedClass() : 1 - made.predictedClass();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.15})
  void accuracyThatComesOut_liesWithinTheError(double bias) {
    AccuracyEstimate estimate = new AccuracyEstimate(200);
    SplitMix64 random = new SplitMix64(3);
    int within = 0;
    int windows = 0;
    for (int w = 0; w < 60; w++) {
      List<PendingPrediction> waiting = new ArrayList<>();
      double right = 0;
      int[] labels = new int[500];
      for (int i = 0; i < labels.length; i++) {
        waiting.add(drawn(random));
        labels[i] = label(waiting.get(i), bias, random);
        right += labels[i] == waiting.get(i).predictedClass() ? 1 : 0;
      }
      EstimatedAccuracy said = estimate.of(waiting);
      windows++;
      within += Math.abs(said.accuracy() - 100 * right / labels.length) <= said.error() ? 1 : 0;
      for (int i = 0; i < labels.length; i++) {
        estimate.learn(waiting.get(i), labels[i]);
      }
    }
    assertThat(within).isGreaterThanOrEqualTo(windows * 9 / 10);
    assertThat(estimate.of(List.of(sure(0.8))).accuracy())
        .isCloseTo(80 + 100 * bias / 3, within(3.0)); // a third of the bias counts
  }

  /** Unsure predictions are right less often than they say, sure ones as often: the mean counts. */
  @Test
  void answersToQuestions_areWeighed() {
    double[] estimated = new double[3];
    for (int way = 0; way < 3; way++) { // all labels; those asked for, as they are; and weighed
      AccuracyEstimate estimate = new AccuracyEstimate(2_000);
      LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 3, 1_000);
      SplitMix64 random = new SplitMix64(5);
      List<PendingPrediction> made = new ArrayList<>();
      for (int i = 0; i < 60_000; i++) {
        boolean easy = random.nextDouble() < 0.8;
        PendingPrediction next = sure(easy ? 0.95 : 0.6);
        int label = label(next, easy ? 0 : -0.4, random);
        made.add(next);
        Optional<LabelQuestion> asked = questions.next(next.probabilities());
        if (way == 0 || asked.isPresent()) {
          estimate.learn(way == 2 ? next.asking(asked.get()) : next, label);
        }
      }
      estimated[way] = estimate.of(made).accuracy();
    }
    assertThat(estimated[2]).isCloseTo(estimated[0], within(0.7));
    assertThat(estimated[1]).isLessThan(estimated[0] - 2);
  }

  @Test
  void errorIsLargeBeforeLabels_andFallsWithThem_andRisesWithABiasThatMoves() {
    AccuracyEstimate estimate = new AccuracyEstimate(200);
    SplitMix64 random = new SplitMix64(4);
    List<PendingPrediction> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waiting.add(drawn(random));
    }
    double first = estimate.of(waiting).error();
    assertThat(first).isGreaterThan(45);
    for (PendingPrediction made : waiting) {
      estimate.learn(made, label(made, 0, random));
    }
    double later = estimate.of(waiting).error();
    assertThat(later).isLessThan(first);
    for (PendingPrediction made : waiting) {
      estimate.learn(made, 1 - made.predictedClass());
    }
    assertThat(estimate.of(waiting).error()).isGreaterThan(2 * later);
    assertThat(estimate.of(List.of())).isNull();
  }

  @Test
  void probabilitiesThatAreNoNumbers_countAs0() {
    AccuracyEstimate estimate = new AccuracyEstimate(200);
    PendingPrediction none =
        PredictionSetsTest.prediction(new double[] {Double.NaN, Double.NaN}, SetBound.ALL, 0);
    estimate.learn(none, 1);
    assertThat(estimate.of(List.of(none, sure(0.8))).accuracy()).isBetween(0.0, 100.0);
    assertThat(estimate.expected(none)).isZero();
  }

  /** Young and grown, with labels that are late across the restart. */
  @ParameterizedTest
  @ValueSource(ints = {0, 60, 300})
  void goesOnBitForBitAfterARestart(int events) throws IOException {
    MixtureConfig config = SMALL.config(3).withAccuracyEstimate(200);
    MixtureOfExperts one = MixtureOfExperts.create(config, MixedStream.SCHEMA);
    List<LabeledExample> stream = MixedStream.of(events + 150, 9);
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    for (int i = 0; i < events; i++) {
      step(one, waiting, stream, i);
    }
    MixtureOfExperts other =
        MixtureOfExperts.restore(config, MixedStream.SCHEMA, in(snapshot(one)));
    Queue<PendingPrediction> alsoWaiting = new ArrayDeque<>(waiting);
    for (int i = events; i < stream.size(); i++) {
      step(one, waiting, stream, i);
      step(other, alsoWaiting, stream, i);
      assertThat(other.estimatedAccuracy(alsoWaiting)).isEqualTo(one.estimatedAccuracy(waiting));
    }
    assertThat(one.estimatedAccuracy(waiting)).isPresent();
    assertThat(snapshot(other)).isEqualTo(snapshot(one));
  }

  private static void step(
      MixtureOfExperts mixture,
      Queue<PendingPrediction> waiting,
      List<LabeledExample> stream,
      int i) {
    waiting.add(mixture.predict(stream.get(i).features()));
    if (waiting.size() > 9) {
      mixture.learn(waiting.remove(), stream.get(i - 9).label());
    }
  }

  @Test
  void withoutTheSetting_nothingIsEstimated_andSnapshotsAreAsBefore() throws IOException {
    MixtureOfExperts mixture = MixtureOfExperts.create(SMALL.config(3), MixedStream.SCHEMA);
    PendingPrediction made = mixture.predict(MixedStream.of(1, 1).get(0).features());
    assertThat(mixture.estimatedAccuracy(List.of(made))).isEmpty();
    assertThat(mixture.expectedAccuracy(made)).isNaN();
    assertThat(snapshot(mixture)[5]).isEqualTo((byte) 11);
  }

  @Test
  void memoryIsFrom10To1000000() {
    for (int wrong : new int[] {9, 0, -1, 1_000_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SMALL.config(3).withAccuracyEstimate(wrong))
          .withMessage("accuracyEstimate must be from 10 to 1000000, got " + wrong);
    }
  }

  @Test
  void refusesDamagedBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new AccuracyEstimate(200).writeSnapshot(new DataOutputStream(bytes));
    for (int at = 6; at < bytes.size(); at += at == 22 ? 4 : 8) {
      byte[] damaged = bytes.toByteArray();
      damaged[at] = (byte) 0xff;
      damaged[at + 1] = (byte) 0xff;
      assertThatThrownBy(() -> new AccuracyEstimate(200).readSnapshot(in(damaged)))
          .isInstanceOf(IOException.class);
    }
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
