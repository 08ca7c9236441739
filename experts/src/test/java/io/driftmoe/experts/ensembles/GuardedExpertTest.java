// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DdmFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.drift.HddmAFactory;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.networks.MixedStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class GuardedExpertTest extends ExpertContractTest {
  private static final GuardedFactory GUARDED =
      new GuardedFactory(
          new MoaHoeffdingTreeFactory(50, 0.01, 0.05),
          new AdwinFactory(0.1),
          new AdwinFactory(0.01));

  @Override
  protected ExpertFactory factory() {
    return GUARDED;
  }

  @Override
  protected boolean hasTreesOfMoa() {
    return true;
  }

  @Test
  void theBackgroundExpertTakesOverAfterADrift() {
    Expert expert = fresh();
    List<LabeledExample> examples = MixedStream.gradual(10_000, 1);
    List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      expert.learn(examples.get(i).features(), examples.get(i).label(), 1);
      if (i >= 5_000) {
        expert.latestEvents().forEach(event -> kinds.add(event.kind()));
      }
    }
    assertThat(kinds).containsSubsequence(Kind.WARNING, Kind.DRIFT, Kind.REPLACE);
    assertThat(expert.describe()).startsWith("generation");
  }

  static Stream<Arguments> detectorsOfTwoLevels() {
    AdwinFactory adwin = new AdwinFactory(1e-3);
    DetectorFactory ddm = DdmFactory.defaults();
    DetectorFactory hddm = HddmAFactory.defaults();
    return Stream.of(
        Arguments.of("DDM warns", ddm, adwin),
        Arguments.of("HDDM-A warns", hddm, adwin),
        Arguments.of("DDM finds drift", new AdwinFactory(0.3), ddm),
        Arguments.of("HDDM-A finds drift", new AdwinFactory(0.3), hddm),
        Arguments.of("DDM in both roles", ddm, ddm),
        Arguments.of("HDDM-A in both roles", hddm, hddm));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("detectorsOfTwoLevels")
  void detectorsOfTwoLevelsHaveAReplacementRehearseFromTheWarningOn(
      String name, DetectorFactory warning, DetectorFactory drift) {
    int rehearsed = 0;
    for (int seed = 1; seed <= 8; seed++) {
      Expert expert =
          new GuardedFactory(GUARDED.expert(), warning, drift).create(MixedStream.SCHEMA, seed);
      for (LabeledExample example : MixedStream.gradual(6_000, seed)) {
        expert.learn(example.features(), example.label(), 1);
        for (LifecycleEvent event : expert.latestEvents()) {
          rehearsed +=
              event.kind() == Kind.REPLACE && event.reason().contains("in the background") ? 1 : 0;
        }
      }
    }
    assertThat(rehearsed).isPositive();
  }

  /** Says what it is told to, whatever it sees. */
  private static final class Told implements DetectorFactory, DriftDetector {
    private DriftLevel level = DriftLevel.STABLE;
    private boolean rose = true;
    private int made;

    @Override
    public DriftDetector create() {
      made++;
      return this;
    }

    @Override
    public DriftDetector restore(DataInput in) {
      return this;
    }

    @Override
    public DriftLevel update(double error) {
      return level;
    }

    @Override
    public boolean errorRose() {
      return rose;
    }

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  @Test
  void aWarningThatLastsStartsOneReplacement_aDriftOfTheWarningDetectorStartsItAnew() {
    Told warning = new Told();
    Told drift = new Told();
    Expert expert =
        new GuardedFactory(GUARDED.expert(), warning, drift).create(MixedStream.SCHEMA, 1);

    warning.level = DriftLevel.WARNING;
    warning.rose = false;
    assertThat(kinds(expert, 1)).isEmpty();
    warning.rose = true;
    assertThat(kinds(expert, 20)).containsExactly(Kind.WARNING);
    assertThat(warning.made).isEqualTo(1);
    warning.level = DriftLevel.DRIFT;
    assertThat(kinds(expert, 2)).containsExactly(Kind.WARNING, Kind.WARNING);
    assertThat(warning.made).isEqualTo(3);
    warning.level = DriftLevel.WARNING;
    assertThat(kinds(expert, 7)).isEmpty();
    drift.level = DriftLevel.WARNING;
    assertThat(kinds(expert, 1)).isEmpty();
    drift.level = DriftLevel.DRIFT;
    expert.learn(MixedStream.of(1, 1).get(0).features(), 0, 1);
    assertThat(expert.latestEvents().get(1).reason())
        .isEqualTo("an expert that learned 9 events in the background takes over");
  }

  private static List<Kind> kinds(Expert expert, int events) {
    List<Kind> kinds = new ArrayList<>();
    for (LabeledExample example : MixedStream.of(events, 1)) {
      expert.learn(example.features(), example.label(), 1);
      expert.latestEvents().forEach(event -> kinds.add(event.kind()));
    }
    return kinds;
  }

  @Test
  void whatHappensInsideTheExpertIsPassedOn() {
    AdwinFactory never = new AdwinFactory(1e-12);
    ForestFactory forest =
        new ForestFactory(
            GUARDED.expert(), 3, 6, new AdwinFactory(0.1), new AdwinFactory(0.01), 0.005, 4);
    Expert inside = forest.create(MixedStream.SCHEMA, SplitMix64.derive(42, 0));
    Expert expert = new GuardedFactory(forest, never, never).create(MixedStream.SCHEMA, 42);
    int passed = 0;
    for (LabeledExample example : MixedStream.gradual(6_000, 1)) {
      inside.learn(example.features(), example.label(), 1);
      expert.learn(example.features(), example.label(), 1);
      List<LifecycleEvent> expected = new ArrayList<>();
      for (LifecycleEvent event : inside.latestEvents()) {
        String reason = "member " + event.member() + " inside: " + event.reason();
        expected.add(new LifecycleEvent(event.kind(), -1, reason));
      }
      if (!expert.describe().startsWith("generation 1" + System.lineSeparator())) {
        break; // another expert than ours has begun
      }
      assertThat(expert.latestEvents()).isEqualTo(expected);
      passed += expected.size();
    }
    assertThat(passed).isPositive();
  }

  @Test
  void withoutADriftItIsTheExpertInside() {
    // Deltas at which nothing alarms by chance: no replacement, hence the same bits.
    GuardedFactory sure =
        new GuardedFactory(GUARDED.expert(), new AdwinFactory(1e-9), new AdwinFactory(1e-9));
    List<LabeledExample> examples = MixedStream.of(4_000, 2).subList(0, 2_000);
    Expert guarded = sure.create(MixedStream.SCHEMA, 42);
    Expert plain = GUARDED.expert().create(MixedStream.SCHEMA, SplitMix64.derive(42, 0));
    double[] expected = new double[4];
    double[] actual = new double[4];
    for (LabeledExample example : examples) {
      plain.predict(example.features(), expected);
      guarded.predict(example.features(), actual);
      assertThat(actual).isEqualTo(expected);
      plain.learn(example.features(), example.label(), 1);
      guarded.learn(example.features(), example.label(), 1);
      assertThat(guarded.latestEvents()).isEmpty();
    }
  }
}
