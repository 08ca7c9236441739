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
import io.driftmoe.experts.FixedShareConfig;
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

  private static MixtureConfig config(
      LifecycleConfig lifecycle, AttendanceConfig attendance, GateConfig... gates) {
    return new MixtureConfig(
        new Specialisation.Regimes(List.of(GOOD, BETTER, LATE), 3, new Combination.Soft()),
        1,
        List.of(gates),
        lifecycle,
        attendance,
        0.002,
        100);
  }

  private static GateConfig fixedShare(double share) {
    return new GateConfig.FixedShare(new FixedShareConfig(0.5, share, 0.1));
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

  /** To a gate an absent expert was as good as those present on average. */
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
        // exactly so at eta 1; otherwise as far as the mean of powers is the power of the mean
        assertThat(gateWeight(mixture, 2)).isCloseTo(before, within(1e-2 * before));
      } else {
        assertThat(gateWeight(mixture, 2)).isGreaterThan(1.2 * before);
      }
    }
    assertThat(absences).isPositive();
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

  /** Who attended a prediction learns it, whatever it does when the label comes. */
  @Test
  void lateLabelsAreForThoseWhoWereThere() {
    int delay = 1_000;
    MixtureOfExperts mixture = mixture();
    SplitMix64 random = new SplitMix64(3);
    Deque<PendingPrediction> waiting = new ArrayDeque<>();
    long[] expected = new long[3];
    int absent = 0;
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      waiting.add(mixture.predict(event(random, i >= 2_500)));
      if (i >= delay) {
        PendingPrediction due = waiting.remove();
        for (int e = 0; e < 3; e++) {
          boolean attended = due.gateWeights()[e] > 0;
          expected[e] += attended ? 1 : 0;
          absent += attended ? 0 : 1;
        }
        mixture
            .learn(due, (int) due.features().get(0))
            .events()
            .forEach(event -> kinds.add(event.event().kind()));
      }
    }
    assertThat(kinds).contains(Kind.SLEEP, Kind.WAKE);
    assertThat(absent).isPositive();
    for (int e = 0; e < 3; e++) {
      assertThat(Math.round(mixture.expertShares()[e] * mixture.version())).isEqualTo(expected[e]);
    }
    double[] weights = mixture.predict(event(random, true)).gateWeights();
    assertThat(weights[2]).as("the one that knows now").isGreaterThan(0.5);
  }

  @Test
  void snapshotContinuesBitForBitWhileSomeSleep() throws IOException {
    GateConfig network =
        new GateConfig.MlpNll(
            new NetworkConfig(RouterInputs.STANDARDISED, List.of(8), 2e-3, 0, 16, 1));
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

  @Test
  void withoutAttendanceTheConfigurationReadsAsBeforeThereWasOne() {
    MixtureConfig never = config(null, null, fixedShare(0.01));
    assertThat(MixtureFingerprint.of(never, SCHEMA).config())
        .contains("lifecycle=null, detectorDelta=0.002")
        .doesNotContain("attendance");
    assertThat(MixtureFingerprint.of(config(null, ATTENDANCE, fixedShare(0.01)), SCHEMA).config())
        .contains("attendance=AttendanceConfig[trial=50");
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
