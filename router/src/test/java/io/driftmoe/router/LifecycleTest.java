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
import io.driftmoe.experts.baselines.NoChangeFactory;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x")), new LabelSpace(List.of("low", "middle", "high")));
  private static final int WINDOW = 200;
  private static final ExpertFactory TREE = MoaHoeffdingTreeFactory.paper();

  /** An expert that always says the last class. */
  private record HalfRight() implements ExpertFactory {
    @Override
    public Expert create(StreamSchema schema, long seed) {
      return new Saying(-1);
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) {
      return create(schema, 0);
    }
  }

  /** An expert that says the class {@code (int) x + shift}, whatever it is taught. */
  private record Fixed(int shift) implements ExpertFactory {
    @Override
    public Expert create(StreamSchema schema, long seed) {
      return new Saying(shift);
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) {
      return create(schema, 0);
    }
  }

  /** Learns nothing; a negative shift means the last class, whatever x. */
  private record Saying(int shift) implements Expert {
    @Override
    public int classes() {
      return 3;
    }

    @Override
    public void predict(FeatureVector features, double[] distribution) {
      Arrays.fill(distribution, 0);
      distribution[shift < 0 ? 2 : ((int) features.get(0) + shift) % 3] = 1;
    }

    @Override
    public void learn(FeatureVector features, int label, double weight) {}

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  private static MixtureOfExperts mixture(
      List<ExpertFactory> experts, int topK, LifecycleConfig lifecycle) {
    return MixtureOfExperts.create(
        new MixtureConfig(
            new Division.Data(experts, topK, new Combination.Soft()),
            1,
            List.of(new FixedShareGateFactory(FixedShareConfig.defaults())),
            new Replacement.Windows(lifecycle),
            new Sleeping.Never(),
            0.002,
            100),
        SCHEMA);
  }

  /** What happened after each event, from the first; the class is (int) x. */
  private static List<List<ExpertEvent>> run(MixtureOfExperts mixture, int events) {
    List<List<ExpertEvent>> all = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      double x = i % 4 == 0 ? 0 : i % 4 == 1 ? 1 : 2;
      PendingPrediction prediction = mixture.predict(FeatureVector.of(x));
      all.add(mixture.learn(prediction, (int) x).events());
    }
    return all;
  }

  @Test
  void theFirstEventSaysWhoStarts() {
    List<ExpertEvent> first =
        run(mixture(List.of(TREE, TREE), 2, LifecycleConfig.defaults()), 1).get(0);
    assertThat(first).extracting(ExpertEvent::expert).containsExactly(0, 1);
    assertThat(first).allMatch(e -> e.event().kind() == Kind.START);
    assertThat(first.get(0).event().reason()).contains("MoaHoeffdingTreeFactory");
  }

  @Test
  void aStarvedExpertIsReplaced() {
    MixtureOfExperts mixture =
        mixture(List.of(TREE, TREE, TREE), 1, new LifecycleConfig(WINDOW, 0.05, 1));
    List<List<ExpertEvent>> events = run(mixture, WINDOW);
    List<ExpertEvent> last = events.get(WINDOW - 1);
    assertThat(last)
        .extracting(e -> e.event().kind())
        .containsExactly(Kind.RETIRE, Kind.START, Kind.RETIRE, Kind.START);
    assertThat(last.get(0).event().reason())
        .startsWith("starved: learned 0.00 % of the last 200 events, less than 5.00 %");
    assertThat(events.subList(1, WINDOW - 1)).allMatch(List::isEmpty);
  }

  @Test
  void noLiveExpertLearnsLessThanItsShareOfAnyWindow() {
    // Whoever survives a window has had its share of it.
    MixtureOfExperts mixture =
        mixture(Collections.nCopies(4, TREE), 1, new LifecycleConfig(WINDOW, 0.05, 1));
    double[] before = new double[4];
    for (int window = 1; window <= 20; window++) {
      List<List<ExpertEvent>> events = run(mixture, WINDOW);
      List<Integer> retired =
          events.get(WINDOW - 1).stream()
              .filter(e -> e.event().kind() == Kind.RETIRE)
              .map(ExpertEvent::expert)
              .toList();
      double[] shares = mixture.expertShares();
      for (int e = 0; e < 4; e++) {
        double learned = shares[e] * mixture.version();
        if (!retired.contains(e)) {
          assertThat(learned - before[e]).isGreaterThanOrEqualTo(0.05 * WINDOW);
        }
        before[e] = learned;
      }
    }
  }

  @Test
  void anExpertBelowTheMajorityClassIsReplaced() {
    MixtureOfExperts mixture =
        mixture(List.of(new Fixed(0), new Fixed(1)), 2, new LifecycleConfig(WINDOW, 0, 1));
    List<ExpertEvent> last = run(mixture, WINDOW).get(WINDOW - 1);
    assertThat(last).extracting(ExpertEvent::expert).containsExactly(1, 1);
    assertThat(last.get(0).event().reason())
        .isEqualTo(
            "harmful: right in 0.00 % of the 199 events it is judged by, the majority class in 50.25 %");
  }

  @Test
  void whereOneClassIsAlone_nobodyIsHarmfulForAFewErrors() {
    // Says (int) x: wrong in one of 200 events of the monotonous phase.
    MixtureOfExperts mixture =
        mixture(List.of(new Fixed(0), TREE), 2, new LifecycleConfig(1_000, 0, 1));
    List<ExpertEvent> retired = new ArrayList<>();
    for (int i = 0; i < 16_000; i++) {
      double x = i < 1_000 ? i % 3 : i % 200 == 0 ? 0 : 2;
      PendingPrediction prediction = mixture.predict(FeatureVector.of(x));
      int label = i < 1_000 ? (int) x : 2;
      mixture.learn(prediction, label).events().stream()
          .filter(event -> event.event().kind() == Kind.RETIRE)
          .forEach(retired::add);
    }
    assertThat(retired).isEmpty();
  }

  @Test
  void ofTwoThatAlwaysAgreeTheLaterIsReplaced() {
    // Half right: not harmful, but one of them is one too many.
    List<ExpertFactory> twins = List.of(new HalfRight(), new HalfRight());
    List<ExpertEvent> last =
        run(mixture(twins, 2, new LifecycleConfig(WINDOW, 0, 0.99)), WINDOW).get(WINDOW - 1);
    assertThat(last).extracting(ExpertEvent::expert).containsExactly(1, 1);
    assertThat(last.get(0).event().reason())
        .isEqualTo("redundant: said the same as expert 0 in 100.00 % of 199 events");
    MixtureOfExperts allRight =
        mixture(List.of(new Fixed(0), new Fixed(0)), 2, new LifecycleConfig(WINDOW, 0, 0.99));
    assertThat(run(allRight, WINDOW).get(WINDOW - 1)).as("agreement on the truth").isEmpty();
  }

  @Test
  void reasonsAreTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      anExpertBelowTheMajorityClassIsReplaced();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void isNotLikeAnExpertThatIsRetiredInTheSamePass() {
    RoutingPolicy policy = RoutingPolicy.of(Division.Data.alike(2, new HalfRight(), 2), SCHEMA);
    ExpertPool pool = ExpertPool.create(policy, 1);
    Lifecycle lifecycle = new Lifecycle(new LifecycleConfig(WINDOW, 0, 0.99), pool, 3);
    double[] both = {0.5, 0.5};
    FeatureVector x = FeatureVector.of(0);
    for (int i = 1; i <= WINDOW; i++) {
      PendingPrediction prediction =
          new PendingPrediction(x, new double[] {0, 0, 1}, both, pool.vote(x, both, i), 0, i);
      lifecycle.observe(
          prediction, i % 2 == 0 ? 2 : 1, new double[] {1, 1}, new boolean[] {true, true});
    }
    assertThat(lifecycle.verdict(1)).startsWith("redundant: said the same as expert 0");
    lifecycle.replaced(0);
    assertThat(lifecycle.verdict(1)).isNull();
  }

  /** Its votes of the first 5,000 events, before anything was learned, are not held against it. */
  @Test
  void withLateLabels_anExpertIsJudgedByItsOwnVotes() {
    MixtureOfExperts mixture =
        mixture(
            List.of(HoeffdingTreeFactory.moa(), new NoChangeFactory()),
            2,
            new LifecycleConfig(1_000, 0.05, 0.999));
    SplitMix64 random = new SplitMix64(3);
    Deque<PendingPrediction> waiting = new ArrayDeque<>();
    List<String> retired = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      waiting.add(mixture.predict(FeatureVector.of(random.nextDouble())));
      if (i >= 5_000) {
        PendingPrediction due = waiting.remove();
        for (ExpertEvent event : mixture.learn(due, due.features().get(0) < 0.8 ? 1 : 0).events()) {
          if (event.event().kind() == Kind.RETIRE && event.expert() == 0) {
            retired.add(mixture.version() + " " + event.event().reason());
          }
        }
      }
    }
    assertThat(retired).isEmpty();
  }

  @Test
  void votesOfAPredecessor_moveNoFixedShareWeight() {
    MixtureOfExperts mixture =
        mixture(List.of(new Fixed(0), new Fixed(1)), 2, new LifecycleConfig(WINDOW, 0, 1));
    run(mixture, WINDOW - 1);
    List<PendingPrediction> late = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      late.add(mixture.predict(FeatureVector.of(1)));
    }
    assertThat(mixture.learn(late.get(0), 1).events()).as("expert 1 goes").isNotEmpty();
    double before = mixture.predict(FeatureVector.of(1)).gateWeights()[1];
    for (PendingPrediction prediction : late.subList(1, 50)) {
      mixture.learn(prediction, 1);
    }
    assertThat(mixture.predict(FeatureVector.of(1)).gateWeights()[1])
        .isEqualTo(before, within(1e-9));
  }

  @Test
  void aReplacementLearnsFromAFreshStart() {
    MixtureOfExperts mixture =
        mixture(List.of(TREE, TREE), 1, new LifecycleConfig(WINDOW, 0.05, 1));
    run(mixture, WINDOW);
    PendingPrediction prediction = mixture.predict(FeatureVector.of(2));
    assertThat(prediction.votes().get(1, 2)).as("knows nothing").isEqualTo(1.0 / 3);
    assertThat(prediction.votes().get(0, 2)).isGreaterThan(0.9);
  }
}
