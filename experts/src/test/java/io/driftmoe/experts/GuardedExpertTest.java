// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.AdwinFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
