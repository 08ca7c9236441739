// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.baselines.NoChangeFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.specialists.ActiveSetConfig;
import io.driftmoe.experts.specialists.SmallSpecialists;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.networks.MixedStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class CommitteeTest extends ExpertContractTest {
  private static final FixedShareConfig MIXING = new FixedShareConfig(0.8, 0.02, 0.1);
  private static final List<ExpertFactory> MEMBERS =
      List.of(
          NaiveBayesFactory.defaults(),
          new MlpClassifierFactory(List.of(6), 5e-3, 3),
          HoeffdingTreeFactory.moa());

  @Override
  protected ExpertFactory factory() {
    return new CommitteeFactory(MEMBERS, MIXING);
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return nominal;
  }

  /** As the adaptive preset has it. */
  @Nested
  final class OfRoutedSpecialistsTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      ExpertFactory routed = SmallSpecialists.routed(2, new ActiveSetConfig(0.8, 0.95, 0.1, 300));
      return new CommitteeFactory(List.of(routed, routed), MIXING);
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }
  }

  /** Each member alone, with the seed it has in the committee, and the formulas as they stand. */
  @Test
  void equalsMembersUnderNaiveFixedShare() {
    Expert committee = new CommitteeFactory(MEMBERS, MIXING).create(MixedStream.SCHEMA, 11);
    List<Expert> alone = new ArrayList<>();
    for (int m = 0; m < MEMBERS.size(); m++) {
      alone.add(MEMBERS.get(m).create(MixedStream.SCHEMA, SplitMix64.derive(11, m)));
    }
    double[] weights = {1.0 / 3, 1.0 / 3, 1.0 / 3};
    double[] found = new double[4];
    double[][] votes = new double[3][4];
    SplitMix64 random = new SplitMix64(5);
    for (LabeledExample example : MixedStream.of(1_500, 3)) {
      double[] expected = new double[4];
      for (int m = 0; m < 3; m++) {
        alone.get(m).predict(example.features(), votes[m]);
        for (int c = 0; c < 4; c++) {
          expected[c] += weights[m] * votes[m][c];
        }
      }
      if (random.nextDouble() < 0.5) { // a lesson needs no prediction before it
        committee.predict(example.features(), found);
        assertThat(found).containsExactly(expected, within(1e-9));
      }
      double weight = random.nextDouble() < 0.3 ? 0.25 : 2;
      double sum = 0;
      for (int m = 0; m < 3; m++) {
        double likelihood = 0.9 * votes[m][example.label()] + 0.1 / 4;
        weights[m] *= Math.pow(likelihood, 0.8 * Math.min(1, weight));
        sum += weights[m];
        alone.get(m).learn(example.features(), example.label(), weight);
      }
      for (int m = 0; m < 3; m++) {
        weights[m] = 0.98 * weights[m] / sum + 0.02 / 3;
      }
      committee.learn(example.features(), example.label(), weight);
    }
  }

  @Test
  void tellsWhoseEventItWas() {
    ExpertFactory forest =
        new ForestFactory(
            HoeffdingTreeFactory.moa(),
            3,
            6,
            new AdwinFactory(0.1),
            new AdwinFactory(0.01),
            0.005,
            4);
    ExpertFactory guarded =
        new GuardedFactory(
            NaiveBayesFactory.defaults(), new AdwinFactory(0.1), new AdwinFactory(0.01));
    Expert committee =
        new CommitteeFactory(List.of(forest, guarded), MIXING).create(MixedStream.SCHEMA, 1);
    List<LifecycleEvent> events = new ArrayList<>();
    for (LabeledExample example : MixedStream.of(8_000, 1)) {
      committee.learn(example.features(), example.label(), 1);
      events.addAll(committee.latestEvents());
    }
    assertThat(events).extracting(LifecycleEvent::member).containsOnly(0, 1);
    assertThat(events)
        .allMatch(event -> event.member() == 1 || event.reason().matches("[012] inside: .+"));
    assertThat(events).anyMatch(event -> event.member() == 1 && !event.reason().contains("inside"));
  }

  @Test
  void useAndDescriptionNameTheMember() {
    ExpertFactory routed = SmallSpecialists.routed(2, SmallSpecialists.ALL);
    Expert committee =
        new CommitteeFactory(List.of(routed, NaiveBayesFactory.defaults(), routed), MIXING)
            .create(SmallSpecialists.SIDES, 1);
    for (LabeledExample example : SmallSpecialists.sides(300, 1)) {
      committee.learn(example.features(), example.label(), 1);
    }
    assertThat(committee.memberUse())
        .extracting(MemberUse::name)
        .containsExactly("0.0", "0.1", "2.0", "2.1");
    assertThat(committee.memberRegions())
        .extracting(MemberRegion::name)
        .containsExactly("0.0", "0.1", "2.0", "2.1");
    for (MemberRegion member : committee.memberRegions()) {
      String number = member.name().substring(2);
      String weight = String.format(Locale.ROOT, "%.3f", member.weight());
      assertThat(committee.describe().lines())
          .anyMatch(
              line ->
                  line.startsWith("  specialist %s: weight %s,".formatted(number, weight))
                      && line.endsWith("; " + member.region()));
    }
    assertThat(committee.describe())
        .startsWith("committee of 3")
        .contains("member 0, weight 0.", "member 2, weight 0.", "  specialist 0: weight");
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    for (int count : new int[] {0, 65}) {
      List<ExpertFactory> members = Collections.nCopies(count, new NoChangeFactory());
      assertThatThrownBy(() -> new CommitteeFactory(members, MIXING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("members must name 1 to 64, got " + count);
    }
    assertThat(
            new CommitteeFactory(Collections.nCopies(64, new NoChangeFactory()), MIXING).members())
        .hasSize(64);
    assertThatThrownBy(() -> new CommitteeFactory(MEMBERS, null)).hasMessage("mixing");
  }
}
