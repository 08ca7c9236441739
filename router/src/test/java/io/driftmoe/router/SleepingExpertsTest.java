// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.LikelihoodGateFactory;
import io.driftmoe.gates.NetworkConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mixtures some of whose experts sleep. */
final class SleepingExpertsTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("class"), Attribute.numeric("later")),
          new LabelSpace(List.of("a", "b", "c")));

  private static final AttendanceConfig ATTENDANCE = new AttendanceConfig(50, 10, 50, 0.25, 0);

  /**
   * Experts that know the class by the first attribute and are as sure of it as they are told to
   * be, from the event on whose second attribute is 1 as sure as {@code later}.
   */
  private record Sure(double usual, double later) implements ExpertFactory {
    @Override
    public Expert create(StreamSchema schema, long seed) {
      return new Knowing(this, 0);
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) throws IOException {
      return new Knowing(this, in.readLong());
    }
  }

  private static final class Knowing implements Expert {
    private final Sure sure;
    private long lessons;

    private Knowing(Sure sure, long lessons) {
      this.sure = sure;
      this.lessons = lessons;
    }

    @Override
    public int classes() {
      return 3;
    }

    @Override
    public void predict(FeatureVector features, double[] distribution) {
      double p = features.get(1) == 0 ? sure.usual() : sure.later();
      Arrays.fill(distribution, (1 - p) / 2);
      distribution[(int) features.get(0)] = p;
    }

    @Override
    public void learn(FeatureVector features, int label, double weight) {
      lessons++;
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      out.writeLong(lessons);
    }
  }

  private static final ExpertFactory GOOD = new Sure(0.8, 0.4);
  private static final ExpertFactory BETTER = new Sure(0.9, 0.4);
  private static final ExpertFactory LATE = new Sure(0.1, 0.9);

  /** Null for never. */
  private static MixtureConfig config(
      LifecycleConfig lifecycle, AttendanceConfig attendance, GateFactory... gates) {
    return new MixtureConfig(
        new Division.Data(List.of(GOOD, BETTER, LATE), 3, new Combination.Soft()),
        1,
        List.of(gates),
        lifecycle == null ? new Replacement.Never() : new Replacement.Windows(lifecycle),
        attendance == null ? new Sleeping.Never() : new Sleeping.ByGain(attendance),
        0.002,
        100);
  }

  private static GateFactory fixedShare(double share) {
    return new FixedShareGateFactory(new FixedShareConfig(0.5, share, 0.1));
  }

  private static MixtureOfExperts mixture() {
    return MixtureOfExperts.create(config(null, ATTENDANCE, fixedShare(0.01)), SCHEMA);
  }

  private static FeatureVector event(SplitMix64 random, boolean later) {
    return FeatureVector.of((int) (3 * random.nextDouble()), later ? 1 : 0);
  }

  /** Learns so many events, each at once, and returns what happened to experts. */
  private static List<ExpertEvent> run(
      MixtureOfExperts mixture, SplitMix64 random, int events, boolean later) {
    List<ExpertEvent> all = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      PendingPrediction prediction = mixture.predict(event(random, later));
      all.addAll(mixture.learn(prediction, (int) prediction.features().get(0)).events());
    }
    return all;
  }

  @Test
  void anExpertThatGainsNothingSleepsUntilItGains() {
    MixtureOfExperts mixture = mixture();
    SplitMix64 random = new SplitMix64(3);
    List<ExpertEvent> first = run(mixture, random, 60, false);
    assertThat(first)
        .anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.SLEEP)
        .noneMatch(e -> e.event().kind() == Kind.WAKE);
    assertThat(mixture.describe()).contains("asleep, gains the mixture -", "attends, gains the");
    List<ExpertEvent> second = run(mixture, random, 400, true);
    assertThat(second).anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.WAKE);
  }

  @Test
  void asleepItNeitherPredictsNorLearns() {
    MixtureOfExperts mixture = mixture();
    SplitMix64 random = new SplitMix64(3);
    run(mixture, random, 100, false);
    int attended = 0;
    for (int i = 0; i < 400; i++) {
      double[] before = mixture.expertShares();
      PendingPrediction prediction = mixture.predict(event(random, false));
      boolean attends = prediction.gateWeights()[2] > 0;
      assertThat(mixture.explain(prediction, 3))
          .hasSize((int) Arrays.stream(prediction.gateWeights()).filter(w -> w > 0).count())
          .allMatch(vote -> attends || vote.expert() != 2);
      attended += attends ? 1 : 0;
      double p = prediction.votes().get(2, (int) prediction.features().get(0));
      assertThat(p).isEqualTo(attends ? 0.1 : 1.0 / 3);
      StepReport report = mixture.learn(prediction, (int) prediction.features().get(0));
      long lessons = Math.round(mixture.expertShares()[2] * mixture.version());
      assertThat(lessons - Math.round(before[2] * (mixture.version() - 1)))
          .isEqualTo(attends ? 1 : 0);
      int present = 0;
      for (double weight : prediction.gateWeights()) {
        present += weight > 0 ? 1 : 0;
      }
      assertThat(report.expertsTrained()).isEqualTo(present);
      assertThat(Arrays.stream(prediction.gateWeights()).sum()).isCloseTo(1, within(1e-9));
    }
    // 100 expected, standard deviation 9
    assertThat(attended).isBetween(60, 140);
  }

  @Test
  void absentItMovesNoFixedShareWeight() {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(config(null, ATTENDANCE, fixedShare(0)), SCHEMA);
    SplitMix64 random = new SplitMix64(3);
    run(mixture, random, 100, false);
    int absences = 0;
    for (int i = 0; i < 50; i++) {
      double before = gateWeight(mixture, 2);
      PendingPrediction prediction = mixture.predict(event(random, true));
      mixture.learn(prediction, (int) prediction.features().get(0));
      if (prediction.gateWeights()[2] == 0) {
        absences++;
        assertThat(gateWeight(mixture, 2)).isCloseTo(before, within(1e-12));
      } else {
        assertThat(gateWeight(mixture, 2)).isGreaterThan(1.2 * before);
      }
    }
    assertThat(absences).isPositive();
  }

  /**
   * Where the likelihoods of those present differ much from event to event, a small exponent must
   * not lift the one that is absent.
   */
  @Test
  void aThousandAbsencesDoNotLiftAWeight() {
    ExpertFactory usual = new Sure(0.95, 0.2);
    ExpertFactory later = new Sure(0.2, 0.95);
    ExpertFactory never = new Sure(0.1, 0.1);
    MixtureConfig config =
        new MixtureConfig(
            new Division.Data(List.of(usual, later, never), 3, new Combination.Soft()),
            1,
            List.of(new FixedShareGateFactory(new FixedShareConfig(0.1, 0.01, 0.1))),
            new Replacement.Never(),
            new Sleeping.ByGain(new AttendanceConfig(100, 10, 1_000, 0.01, 0)),
            0.002,
            100);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 100; i++) {
      run(mixture, random, 1, i % 2 == 0);
    }
    double first = gateWeight(mixture, 2);
    double moved = 0;
    int absences = 0;
    while (absences < 1_000) {
      double before = gateWeight(mixture, 2);
      PendingPrediction prediction = mixture.predict(event(random, random.nextDouble() < 0.5));
      mixture.learn(prediction, (int) prediction.features().get(0));
      if (prediction.gateWeights()[2] == 0) {
        absences++;
        moved += gateWeight(mixture, 2) - before;
      }
      assertThat(prediction.gateWeights()[0]).as("the others attend").isPositive();
      assertThat(prediction.gateWeights()[1]).as("the others attend").isPositive();
    }
    assertThat(moved).isCloseTo(0, within(1e-9));
    assertThat(gateWeight(mixture, 2)).isLessThanOrEqualTo(first);
  }

  private static double gateWeight(MixtureOfExperts mixture, int e) {
    double[] weights = new double[3];
    mixture.gates().weigh(FeatureVector.of(0, 0), 0, weights);
    return weights[e];
  }

  @Test
  void theLifeCycleDoesNotJudgeWhoIsAsleep() {
    LifecycleConfig lifecycle = new LifecycleConfig(1_000, 0.05, 1);
    SplitMix64 random = new SplitMix64(3);
    MixtureOfExperts awake =
        MixtureOfExperts.create(config(lifecycle, null, fixedShare(0.01)), SCHEMA);
    assertThat(run(awake, random, 3_000, false))
        .anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.RETIRE);
    MixtureOfExperts asleep =
        MixtureOfExperts.create(config(lifecycle, ATTENDANCE, fixedShare(0.01)), SCHEMA);
    assertThat(run(asleep, random, 3_000, false))
        .noneMatch(e -> e.event().kind() == Kind.RETIRE)
        .anyMatch(e -> e.event().kind() == Kind.SLEEP);
  }

  @Test
  void whoTakesTheirPlaceIsAwake() {
    AttendanceConfig often = new AttendanceConfig(50, 10, 50, 0.75, 0);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(
            config(new LifecycleConfig(1_000, 0.05, 1), often, fixedShare(0.01)), SCHEMA);
    SplitMix64 random = new SplitMix64(3);
    assertThat(run(mixture, random, 999, false))
        .anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.SLEEP)
        .noneMatch(e -> e.event().kind() == Kind.RETIRE);
    assertThat(run(mixture, random, 1, false))
        .anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.RETIRE);
    for (int i = 0; i < 49; i++) {
      assertThat(mixture.predict(event(random, false)).gateWeights()[2]).isPositive();
      run(mixture, random, 1, false);
    }
  }

  @Test
  void aDriftToMoreErrorsWakesAll() {
    DetectorFactory atEvent70 =
        new DetectorFactory() {
          @Override
          public DriftDetector create() {
            return new AtEvent(70);
          }

          @Override
          public DriftDetector restore(DataInput in) {
            throw new UnsupportedOperationException();
          }
        };
    MixtureOfExperts mixture =
        MixtureOfExperts.create(config(null, ATTENDANCE, fixedShare(0.01)), SCHEMA, atEvent70);
    SplitMix64 random = new SplitMix64(3);
    assertThat(run(mixture, random, 69, false)).isNotEmpty();
    assertThat(run(mixture, random, 1, false))
        .isNotEmpty()
        .allMatch(e -> e.event().kind() == Kind.WAKE)
        .allMatch(e -> e.event().reason().equals("errors of the mixture rose: all attend again"));
    for (int i = 0; i < 48; i++) {
      assertThat(mixture.predict(event(random, false)).gateWeights()).doesNotContain(0);
      assertThat(run(mixture, random, 1, false)).isEmpty();
    }
    assertThat(run(mixture, random, 20, false))
        .anyMatch(e -> e.expert() == 2 && e.event().kind() == Kind.SLEEP);
  }

  private static final class AtEvent implements DriftDetector {
    private final int event;
    private int seen;

    AtEvent(int event) {
      this.event = event;
    }

    @Override
    public DriftLevel update(double error) {
      seen++;
      return seen == event ? DriftLevel.DRIFT : DriftLevel.STABLE;
    }

    @Override
    public boolean errorRose() {
      return seen == event;
    }

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  /** Who attended a prediction learns it, and who is awake when the label comes. */
  @Test
  void lateLabelsAreForThoseWhoWereThereOrAreAwake() {
    int delay = 1_000;
    MixtureOfExperts mixture = mixture();
    SplitMix64 random = new SplitMix64(3);
    Deque<PendingPrediction> waiting = new ArrayDeque<>();
    long[] expected = new long[3];
    int absent = 0;
    int woken = 0;
    boolean[] asleep = new boolean[3];
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      waiting.add(mixture.predict(event(random, i >= 2_500)));
      if (i >= delay) {
        PendingPrediction due = waiting.remove();
        for (ExpertEvent event : mixture.learn(due, (int) due.features().get(0)).events()) {
          kinds.add(event.event().kind());
          asleep[event.expert()] = event.event().kind() == Kind.SLEEP;
        }
        for (int e = 0; e < 3; e++) {
          boolean attended = due.gateWeights()[e] > 0;
          expected[e] += attended || !asleep[e] ? 1 : 0;
          absent += attended || !asleep[e] ? 0 : 1;
          woken += !attended && !asleep[e] ? 1 : 0;
        }
      }
    }
    assertThat(kinds).contains(Kind.SLEEP, Kind.WAKE);
    assertThat(absent).isPositive();
    assertThat(woken).as("lessons of experts that slept when the prediction was made").isPositive();
    for (int e = 0; e < 3; e++) {
      assertThat(Math.round(mixture.expertShares()[e] * mixture.version())).isEqualTo(expected[e]);
    }
    double[] weights = mixture.predict(event(random, true)).gateWeights();
    assertThat(weights[2]).as("the one that knows now").isGreaterThan(0.5);
  }

  @Test
  void snapshotContinuesBitForBitWhileSomeSleep() throws IOException {
    GateFactory network =
        new LikelihoodGateFactory(
            new NetworkConfig(InputEncoding.STANDARDISED, List.of(8), 2e-3, 0, 16, 1));
    MixtureConfig config =
        config(new LifecycleConfig(200, 0.05, 1), ATTENDANCE, network, fixedShare(0.01));
    MixtureOfExperts whole = MixtureOfExperts.create(config, SCHEMA);
    run(whole, new SplitMix64(3), 137, false);
    byte[] bytes = bytes(whole);
    MixtureOfExperts restored =
        MixtureOfExperts.restore(
            config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(bytes(restored)).isEqualTo(bytes);
    assertThat(run(restored, new SplitMix64(4), 500, true))
        .isEqualTo(run(whole, new SplitMix64(4), 500, true))
        .isNotEmpty();
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
  }

  /** A gate may be so sure that its softmax underflows: all are asked nevertheless. */
  @Test
  void withoutAttendanceEventsAskExpertsOfWeightZeroAsWell() {
    MixtureConfig paper = MixtureConfig.of(Preset.PAPER_DATA, 1);
    Division regimes = Division.Data.alike(12, BETTER, 3);
    MixtureConfig config =
        new MixtureConfig(
            regimes, 1, paper.gates(), new Replacement.Never(), new Sleeping.Never(), 0.002, 100);
    MixtureOfExperts mixture = MixtureOfExperts.create(config, SCHEMA);
    int zeros = 0;
    for (int label = 0; label < 3; label++) {
      PendingPrediction prediction = mixture.predict(FeatureVector.of(label, 1e6));
      boolean[] mask = new boolean[12];
      RoutingPolicy.of(regimes, SCHEMA).correctness(prediction.votes(), label, mask);
      assertThat(mask).as("all give the true class 0.4, the others 0.3").containsOnly(true);
      for (int e = 0; e < 12; e++) {
        zeros += prediction.gateWeights()[e] == 0 ? 1 : 0;
        assertThat(prediction.votes().get(e, label)).isEqualTo(0.4);
      }
      mixture.learn(prediction, label);
    }
    assertThat(zeros).isPositive();
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
