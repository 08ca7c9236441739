// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.MemberUse;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.gates.ResponsibilityGateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class RoutedSpecialistsTest extends ExpertContractTest {
  private static final ActiveSetConfig FEW = new ActiveSetConfig(0.8, 0.95, 0.1, 300);

  @Override
  protected ExpertFactory factory() {
    return SmallSpecialists.routed(3, FEW);
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return true;
  }

  /** Several trees, a batch that the contract's cuts leave half full, and all are always asked. */
  @Nested
  final class AllAskedTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return new RoutedSpecialistsFactory(
          SmallSpecialists.config(2),
          2,
          new ResponsibilityGateFactory(List.of(6, 5), 5e-3, 7),
          SmallSpecialists.ALL,
          new AdwinFactory(0.3));
    }
  }

  @Test
  void tellsConflictingConceptsApartByRegion() {
    List<LabeledExample> examples = SmallSpecialists.sides(12_000, 1);
    double routed = accuracy(SmallSpecialists.linear(4, FEW), examples);
    double alone = accuracy(new MlpClassifierFactory(List.of(), 5e-3, 1), examples);
    double forest = accuracy(ForestFactory.defaults(), examples);
    assertThat(alone).isLessThan(0.6);
    assertThat(routed).isGreaterThan(forest + 0.04).isGreaterThan(0.9);
  }

  /** Over the latter half. */
  private static double accuracy(ExpertFactory factory, List<LabeledExample> examples) {
    Expert expert = factory.create(SmallSpecialists.SIDES, 3);
    int right = 0;
    double[] p = new double[2];
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      expert.predict(example.features(), p);
      right += i >= examples.size() / 2 && p[example.label()] > 0.5 ? 1 : 0;
      expert.learn(example.features(), example.label(), 1);
    }
    return right / (0.5 * examples.size());
  }

  @Test
  void aDriftNamesTheSpecialistAndItsRegion() {
    Expert expert = SmallSpecialists.linear(3, FEW).create(SmallSpecialists.SIDES, 3);
    for (LabeledExample example : SmallSpecialists.sides(8_000, 1)) {
      expert.learn(example.features(), example.label(), 1);
    }
    List<LifecycleEvent> events = new ArrayList<>();
    for (LabeledExample example : SmallSpecialists.sides(4_000, 2)) {
      // only one of the two sides changes
      boolean changed = example.features().get(2) > 0;
      expert.learn(example.features(), changed ? 1 - example.label() : example.label(), 1);
      events.addAll(expert.latestEvents());
    }
    assertThat(events).isNotEmpty().allMatch(event -> event.kind() == Kind.DRIFT);
    assertThat(events).extracting(LifecycleEvent::member).allMatch(e -> e >= 0 && e < 3);
    assertThat(events.get(0).reason())
        .matches(
            "errors of the specialist for \\[\\w+ (high|low) .* sd\\)] rose after \\d+"
                + " events; its trees start anew");
  }

  @Test
  void eventsAreThoseOfTheLatestLessonOnly() {
    Expert expert = SmallSpecialists.linear(2, FEW).create(SmallSpecialists.SIDES, 3);
    List<LabeledExample> examples = SmallSpecialists.turns(8_000, 4_000, 2);
    int after = 0;
    boolean drifted = false;
    for (LabeledExample example : examples) {
      expert.learn(example.features(), example.label(), 1);
      boolean now = !expert.latestEvents().isEmpty();
      after += drifted && !now ? 1 : 0;
      drifted = now;
    }
    assertThat(after).isPositive();
  }

  @Test
  void useAddsUp() {
    Expert expert = SmallSpecialists.linear(4, FEW).create(SmallSpecialists.SIDES, 3);
    double[] p = new double[2];
    List<LabeledExample> examples = SmallSpecialists.sides(6_000, 1);
    for (LabeledExample example : examples) {
      expert.predict(example.features(), p);
      expert.learn(example.features(), example.label(), 1);
    }
    List<MemberUse> use = expert.memberUse();
    assertThat(use).extracting(MemberUse::name).containsExactly("0", "1", "2", "3");
    assertThat(use.stream().mapToDouble(MemberUse::weight).sum()).isCloseTo(6_000, within(1e-6));
    assertThat(use)
        .allMatch(member -> member.lessons() <= member.evaluations() && member.weight() >= 0)
        .allMatch(member -> member.evaluations() <= 6_000);
    long asked = use.stream().mapToLong(MemberUse::evaluations).sum();
    assertThat(asked).isBetween(6_000L, 4L * 300 + 3L * 5_700);
    assertThat(use.stream().mapToLong(MemberUse::lessons).sum()).isGreaterThanOrEqualTo(6_000);
  }

  @Test
  void describesEverySpecialistWithItsRegion() {
    Expert expert = SmallSpecialists.linear(2, FEW).create(SmallSpecialists.SIDES, 3);
    assertThat(expert.describe())
        .startsWith("2 specialists under a gate of [16] hidden units after 0 Adam steps")
        .contains("no region yet");
    for (LabeledExample example : SmallSpecialists.sides(8_000, 1)) {
      expert.learn(example.features(), example.label(), 1);
    }
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(expert.describe().lines().skip(1))
          .hasSize(2)
          .allMatch(
              line ->
                  line.matches(
                      "specialist [01]: weight 0\\.\\d{3}, asked about \\d+\\.\\d %, learned"
                          + " \\d+\\.\\d % of 8000 events; .+"));
      assertThat(expert.describe()).contains(" high (+0.", " low (-0.");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    SpecialistConfig specialist = SpecialistConfig.defaults();
    ResponsibilityGateFactory gate = ResponsibilityGateFactory.defaults();
    AdwinFactory drift = new AdwinFactory(0.01);
    for (int count : new int[] {1, 257, -1}) {
      assertThatThrownBy(
              () ->
                  new RoutedSpecialistsFactory(
                      specialist, count, gate, SmallSpecialists.ALL, drift))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("specialists must be from 2 to 256, got " + count);
    }
    assertThatThrownBy(
            () -> new RoutedSpecialistsFactory(null, 2, gate, SmallSpecialists.ALL, drift))
        .hasMessage("specialist");
    assertThatThrownBy(
            () -> new RoutedSpecialistsFactory(specialist, 2, null, SmallSpecialists.ALL, drift))
        .hasMessage("gate");
    assertThatThrownBy(() -> new RoutedSpecialistsFactory(specialist, 2, gate, null, drift))
        .hasMessage("active");
    assertThatThrownBy(
            () -> new RoutedSpecialistsFactory(specialist, 2, gate, SmallSpecialists.ALL, null))
        .hasMessage("drift");
  }
}
