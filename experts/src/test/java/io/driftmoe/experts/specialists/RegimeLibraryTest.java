// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.MemberUse;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.ensembles.ForestFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegimeLibraryTest extends ExpertContractTest {

  @Override
  protected ExpertFactory factory() {
    return SmallSpecialists.library(2);
  }

  @Override
  protected boolean missingIsASignal(boolean nominal) {
    return true;
  }

  /** Two concepts by turns of 1,500 events: when one comes back, who remembers is right at once. */
  @Test
  void remembersConceptsThatComeBack() {
    double library = errorsOnReturn(SmallSpecialists.library(3));
    double forest = errorsOnReturn(ForestFactory.defaults());
    assertThat(library).isLessThan(0.7 * forest).isLessThan(0.2);
  }

  /** The same specialists, and the formulas as they stand. */
  @Test
  void weightsAreThoseOfTheNaiveMixingUpdate() {
    RegimeLibraryFactory factory =
        new RegimeLibraryFactory(SmallSpecialists.config(1), 3, 0.9, SmallSpecialists.ALL);
    Expert library = factory.create(SmallSpecialists.SIDES, 8);
    Specialists alone =
        Specialists.create(factory.specialist(), 3, factory.active(), SmallSpecialists.SIDES, 8);
    double[] weights = {1 / 3.0, 1 / 3.0, 1 / 3.0};
    double[] past = weights.clone();
    double[] found = new double[2];
    double[] expected = new double[2];
    List<LabeledExample> examples = SmallSpecialists.turns(1_000, 250, 4);
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      library.predict(example.features(), found);
      alone.begin(example.features());
      alone.predict(weights, expected);
      assertThat(found).containsExactly(expected, within(1e-9));
      double[] responsibilities = alone.learn(weights, example.label(), 1);
      for (int e = 0; e < 3; e++) {
        double rate = Math.max(1.0 / (i + 1), 1e-4);
        past[e] = (1 - rate) * past[e] + rate * responsibilities[e];
        weights[e] = 0.9 * responsibilities[e] + 0.05 * past[e] + 0.05 / 3;
      }
      library.learn(example.features(), example.label(), 1);
    }
    for (int e = 0; e < 3; e++) {
      assertThat(library.memberUse().get(e).weight())
          .isCloseTo(alone.use().get(e).weight(), within(1e-6));
    }
  }

  /** Share of the errors in the first 200 events of each turn from the third on. */
  private static double errorsOnReturn(ExpertFactory factory) {
    int turn = 1_500;
    Expert expert = factory.create(SmallSpecialists.SIDES, 3);
    List<LabeledExample> examples = SmallSpecialists.turns(9_000, turn, 4);
    int wrong = 0;
    int asked = 0;
    double[] p = new double[2];
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      expert.predict(example.features(), p);
      if (i >= 2 * turn && i % turn < 200) {
        asked++;
        wrong += p[example.label()] > 0.5 ? 0 : 1;
      }
      expert.learn(example.features(), example.label(), 1);
    }
    return (double) wrong / asked;
  }

  @Test
  void useAndDescriptionTellOfEverySpecialist() {
    Expert expert = SmallSpecialists.library(3).create(SmallSpecialists.SIDES, 3);
    for (LabeledExample example : SmallSpecialists.turns(500, 250, 4)) {
      expert.learn(example.features(), example.label(), 1);
    }
    List<MemberUse> use = expert.memberUse();
    assertThat(use).extracting(MemberUse::evaluations).containsExactly(500L, 500L, 500L);
    assertThat(use.stream().mapToDouble(MemberUse::weight).sum()).isCloseTo(500, within(1e-9));
    assertThat(expert.describe().lines())
        .hasSize(5)
        .first()
        .asString()
        .matches("library of regimes in time, weights now:( [01]\\.\\d{3}){3}");
    assertThat(expert.describe())
        .contains("2 changes of regime in 500 events", "specialist 0:", "specialist 1:")
        .contains("specialist 2:");
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    SpecialistConfig specialist = SpecialistConfig.defaults();
    for (int count : new int[] {1, 257}) {
      assertThatThrownBy(
              () -> new RegimeLibraryFactory(specialist, count, 0.9, SmallSpecialists.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("specialists must be from 2 to 256, got " + count);
    }
    for (double stickiness : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(
              () -> new RegimeLibraryFactory(specialist, 2, stickiness, SmallSpecialists.ALL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("stickiness must be from 0 to 1 (exclusive), got " + stickiness);
    }
    assertThatThrownBy(() -> new RegimeLibraryFactory(null, 2, 0.9, SmallSpecialists.ALL))
        .hasMessage("specialist");
    assertThatThrownBy(() -> new RegimeLibraryFactory(specialist, 2, 0.9, null))
        .hasMessage("active");
  }
}
