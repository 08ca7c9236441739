// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.SplitTest;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ForestTest extends ExpertContractTest {
  private static final AdwinFactory WARNING = new AdwinFactory(0.1);
  private static final AdwinFactory DRIFT = new AdwinFactory(0.01);
  private static final MoaHoeffdingTreeFactory TREE = new MoaHoeffdingTreeFactory(50, 0.01, 0.05);

  private static ForestFactory forest(int members, double poissonMean, int votePower) {
    return new ForestFactory(TREE, members, poissonMean, WARNING, DRIFT, 0.005, votePower);
  }

  @Override
  protected ExpertFactory factory() {
    return forest(3, 6, 4);
  }

  @Override
  protected boolean hasTreesOfMoa() {
    return true;
  }

  /** Events of a run over {@link MixedStream}, whose concept changes half way. */
  private static List<LifecycleEvent> eventsOf(Expert expert, List<LabeledExample> examples) {
    List<LifecycleEvent> events = new ArrayList<>();
    for (LabeledExample example : examples) {
      expert.predict(example.features(), new double[4]);
      expert.learn(example.features(), example.label(), 1);
      events.addAll(expert.latestEvents());
    }
    return events;
  }

  @Test
  void everyMemberIsReplacedAfterADriftAndSaysWhy() {
    Expert forest = forest(5, 6, 4).create(MixedStream.SCHEMA, 1);
    List<LabeledExample> examples = MixedStream.of(8_000, 1);
    eventsOf(forest, examples.subList(0, 4_000));
    List<LifecycleEvent> events = eventsOf(forest, examples.subList(4_000, 8_000));
    for (int m = 0; m < 5; m++) {
      int member = m;
      List<LifecycleEvent> own = events.stream().filter(e -> e.member() == member).toList();
      List<Kind> kinds = own.stream().map(LifecycleEvent::kind).toList();
      int drift = kinds.indexOf(Kind.DRIFT);
      assertThat(drift).as("drift of member %s in %s", m, kinds).isNotNegative();
      assertThat(kinds.get(drift + 1)).isEqualTo(Kind.REPLACE);
      assertThat(own.get(drift).reason()).startsWith("errors rose after");
    }
  }

  @Test
  void aMemberThatWasWarnedIsReplacedByOneThatHasRehearsed() {
    Expert forest = forest(5, 6, 4).create(MixedStream.SCHEMA, 1);
    List<LifecycleEvent> events = eventsOf(forest, MixedStream.gradual(10_000, 1));
    assertThat(events).extracting(LifecycleEvent::kind).contains(Kind.WARNING);
    assertThat(events)
        .filteredOn(e -> e.kind() == Kind.REPLACE)
        .anyMatch(e -> e.reason().contains("in the background takes over"));
  }

  @Test
  void aReplacedMemberVotesLikeAnUntestedOne() {
    Expert forest = forest(5, 6, 4).create(MixedStream.SCHEMA, 1);
    int replaced = 0;
    for (LabeledExample example : MixedStream.of(8_000, 1)) {
      forest.learn(example.features(), example.label(), 1);
      for (LifecycleEvent event : forest.latestEvents()) {
        if (event.kind() == Kind.REPLACE) {
          replaced++;
          assertThat(forest.describe())
              .contains("member " + event.member() + ": accuracy 100.0 %, generation ");
        }
      }
    }
    assertThat(replaced).isPositive();
  }

  @Test
  void describeIsTheSameInEveryLocale() {
    Expert forest = forest(2, 6, 4).create(MixedStream.SCHEMA, 1);
    eventsOf(forest, MixedStream.of(100, 3));
    String expected = forest.describe();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(forest.describe()).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  /** The forest as it is shipped, but smaller, so that members are replaced by rehearsed ones. */
  @Nested
  class OfHoeffdingTrees extends ExpertContractTest {
    private final ForestFactory forest =
        new ForestFactory(
            new HoeffdingTreeFactory(
                50, 0.01, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 200, 1 << 18),
            3,
            6,
            WARNING,
            DRIFT,
            0.005,
            4);

    @Override
    protected ExpertFactory factory() {
      return forest;
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }

    @Test
    void restoredWhileAReplacementLearnsItContinuesBitForBit() throws IOException {
      List<LabeledExample> examples = MixedStream.gradual(8_000, 1);
      Expert uninterrupted = fresh();
      Expert restored = null;
      List<LifecycleEvent> expected = new ArrayList<>();
      for (int i = 0; i < examples.size(); i++) {
        LabeledExample example = examples.get(i);
        uninterrupted.learn(example.features(), example.label(), 1);
        // describing a forest takes longer than its learning, so not after each event
        if (restored == null
            && i % 20 == 0
            && uninterrupted.describe().contains("replacement learning")) {
          restored = restore(snapshot(uninterrupted));
        } else if (restored != null) {
          restored.learn(example.features(), example.label(), 1);
          assertThat(restored.latestEvents()).isEqualTo(uninterrupted.latestEvents());
          expected.addAll(restored.latestEvents());
        }
      }
      assertThat(expected).anyMatch(e -> e.reason().contains("in the background takes over"));
      assertThat(snapshot(restored)).isEqualTo(snapshot(uninterrupted));
    }
  }

  /** The forest of the preset, but smaller: members are replaced by better ones, leaves test. */
  @Nested
  class WithTests extends ExpertContractTest {
    private final ForestFactory forest = tested(0.05);

    @Override
    protected ExpertFactory factory() {
      return forest;
    }

    @Override
    protected boolean missingIsASignal(boolean nominal) {
      return true;
    }

    @Test
    void onlyABetterSuccessorTakesOver() {
      List<LifecycleEvent> events = eventsOf(fresh(), MixedStream.of(8_000, 1));
      assertThat(events).extracting(LifecycleEvent::kind).doesNotContain(Kind.DRIFT);
      assertThat(events)
          .filteredOn(e -> e.kind() == Kind.REPLACE)
          .hasSizeGreaterThanOrEqualTo(3)
          .allMatch(e -> e.reason().endsWith("events in the background and errs less takes over"));
    }

    /** Noise starts replacements; in the quiet time behind it none is any better. */
    @Test
    void successorsThatAreNoBetterAreGivenUp() {
      Expert expert = fresh();
      SplitMix64 random = new SplitMix64(4);
      List<LabeledExample> plain = MixedStream.of(6_000, 1).subList(0, 3_000);
      boolean learning = false;
      for (int i = 0; i < 6_000; i++) {
        LabeledExample example = plain.get(i % plain.size());
        boolean hard = i > 1_000 && i < 3_000 && i / 100 % 2 == 0;
        int label = hard ? (int) (4 * random.nextDouble()) : example.label();
        expert.learn(example.features(), label, 1);
        learning |= i % 50 == 0 && expert.describe().contains("replacement learning");
      }
      assertThat(learning).isTrue();
      assertThat(expert.describe()).doesNotContain("replacement learning");
    }

    @Test
    void restoredDuringAComparisonItContinuesBitForBit() throws IOException {
      List<LabeledExample> examples = MixedStream.of(6_000, 1);
      Expert uninterrupted = fresh();
      Expert restored = null;
      int replaced = 0;
      for (int i = 0; i < examples.size(); i++) {
        LabeledExample example = examples.get(i);
        uninterrupted.learn(example.features(), example.label(), 1);
        if (restored != null) {
          restored.learn(example.features(), example.label(), 1);
          assertThat(restored.latestEvents()).isEqualTo(uninterrupted.latestEvents());
          replaced +=
              (int) restored.latestEvents().stream().filter(e -> e.kind() == Kind.REPLACE).count();
        }
        if (i % 20 == 0 && uninterrupted.describe().contains("replacement learning")) {
          restored = restore(snapshot(uninterrupted));
        }
      }
      assertThat(replaced).isPositive();
      assertThat(snapshot(restored)).isEqualTo(snapshot(uninterrupted));
    }
  }

  private static ForestFactory tested(double replacementAlpha) {
    return new ForestFactory(
        new HoeffdingTreeFactory(
            50,
            0.05,
            0,
            LeafPrediction.NAIVE_BAYES_ADAPTIVE,
            0.6,
            200,
            1 << 18,
            SplitTest.SEQUENTIAL,
            2),
        3,
        6,
        WARNING,
        DRIFT,
        0.005,
        4,
        null,
        replacementAlpha);
  }

  /** Hours at which the label is noise: a guard that only sees errors rise throws trees away. */
  @Test
  void hardHours_costNoMemberWhereReplacementsAreTested() {
    int replacedAtDrifts = 0;
    int replacedByTest = 0;
    for (long seed = 1; seed <= 3; seed++) {
      SplitMix64 random = new SplitMix64(seed);
      List<LabeledExample> examples = new ArrayList<>();
      List<LabeledExample> plain = MixedStream.of(6_000, seed).subList(0, 3_000);
      for (int i = 0; i < 9_000; i++) {
        LabeledExample example = plain.get(i % plain.size());
        boolean hard = i / 300 % 3 == 2;
        int label = hard ? (int) (4 * random.nextDouble()) : example.label();
        examples.add(new LabeledExample(example.features(), label));
      }
      replacedAtDrifts += replaced(tested(0), examples);
      replacedByTest += replaced(tested(0.05), examples);
    }
    assertThat(replacedByTest).isLessThan(replacedAtDrifts / 2);
  }

  private static int replaced(ForestFactory factory, List<LabeledExample> examples) {
    List<LifecycleEvent> events = eventsOf(factory.create(MixedStream.SCHEMA, 1), examples);
    return (int) events.stream().filter(e -> e.kind() == Kind.REPLACE).count();
  }

  @Test
  void damagedAccuracyIsRejected() throws IOException {
    Expert forest = forest(1, 6, 4).create(MixedStream.SCHEMA, 1);
    byte[] bytes = snapshot(forest);
    ByteBuffer damaged = ByteBuffer.wrap(bytes);
    int at = 0;
    while (damaged.getLong(at) != Double.doubleToLongBits(1) || damaged.getLong(at + 8) != 0) {
      at++;
    }
    damaged.putDouble(at, Double.NaN);
    assertThatThrownBy(
            () ->
                forest(1, 6, 4)
                    .restore(
                        MixedStream.SCHEMA,
                        new DataInputStream(new ByteArrayInputStream(damaged.array()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("accuracy of a member");
    damaged.putDouble(at, 1);
    damaged.putLong(at + 8, -1);
    assertThatThrownBy(
            () ->
                forest(1, 6, 4)
                    .restore(
                        MixedStream.SCHEMA,
                        new DataInputStream(new ByteArrayInputStream(damaged.array()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outcomes of a member");
  }

  @Test
  void aForestBeatsItsSingleMemberAfterADrift() {
    List<LabeledExample> examples = MixedStream.of(16_000, 2);
    Expert forest = forest(10, 6, 4).create(MixedStream.SCHEMA, 1);
    Expert tree = TREE.create(MixedStream.SCHEMA, 1);
    assertThat(hits(forest, examples)).isGreaterThan(hits(tree, examples) + 500);
  }

  @Test
  void membersDifferByTheirWeightsAlone() {
    Expert forest = forest(2, 1, 0).create(MixedStream.SCHEMA, 1);
    eventsOf(forest, MixedStream.of(2_000, 3));
    String[] members = forest.describe().split("member ");
    assertThat(members).hasSize(3);
    assertThat(members[1].substring(2)).isNotEqualTo(members[2].substring(2));
  }

  @Test
  void rejectsValuesOutOfRangeByName() {
    assertThatThrownBy(() -> forest(0, 6, 4)).hasMessageContaining("members");
    assertThatThrownBy(() -> forest(1, 0, 4)).hasMessageContaining("poissonMean");
    assertThatThrownBy(() -> forest(1, 101, 4)).hasMessageContaining("poissonMean");
    assertThatThrownBy(() -> forest(1, 6, 17)).hasMessageContaining("votePower");
    assertThatThrownBy(() -> new ForestFactory(TREE, 1, 6, WARNING, DRIFT, 0, 4))
        .hasMessageContaining("accuracyRate");
    assertThatThrownBy(() -> tested(1)).hasMessageContaining("replacementAlpha");
    assertThatThrownBy(() -> tested(-0.1)).hasMessageContaining("replacementAlpha");
    assertThatThrownBy(() -> new ForestFactory(null, 1, 6, WARNING, DRIFT, 0.1, 4))
        .hasMessageContaining("member");
  }

  private static int hits(Expert expert, List<LabeledExample> examples) {
    int hits = 0;
    double[] distribution = new double[4];
    for (LabeledExample example : examples) {
      expert.predict(example.features(), distribution);
      int choice = 0;
      for (int c = 1; c < 4; c++) {
        choice = distribution[c] > distribution[choice] ? c : choice;
      }
      hits += choice == example.label() ? 1 : 0;
      expert.learn(example.features(), example.label(), 1);
    }
    return hits;
  }
}
