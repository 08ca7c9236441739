// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.GivenInputs;
import io.driftmoe.networks.MixedStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

final class SpecialistsProperties {
  private static final int CLASSES = MixedStream.SCHEMA.classes();

  private static Specialists specialists(int count, ActiveSetConfig active) {
    SpecialistConfig config =
        new SpecialistConfig(
            NaiveBayesFactory.defaults(),
            1,
            2,
            new MlpClassifierFactory(List.of(), 5e-2, 1),
            FixedShareConfig.defaults());
    return Specialists.create(config, count, active, MixedStream.SCHEMA, 3);
  }

  /** Positive weights that sum to 1, a few of them much larger than the others. */
  private static double[] weights(int count, SplitMix64 random) {
    double[] weights = new double[count];
    for (int e = 0; e < count; e++) {
      double u = random.nextDouble();
      weights[e] = u * u * u * u + 1e-9;
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** The first of all by falling weight that hold the mass. */
  private static boolean[] naiveSet(double[] weights, double mass) {
    List<Integer> order = new ArrayList<>();
    for (int e = 0; e < weights.length; e++) {
      order.add(e);
    }
    order.sort(Comparator.comparingDouble(e -> -weights[e]));
    boolean[] set = new boolean[weights.length];
    double held = 0;
    for (int e : order) {
      if (held < mass) {
        set[e] = true;
        held += weights[e];
      }
    }
    return set;
  }

  /** What each specialist would say, asked alone. */
  private static double[][] distributions(Specialists specialists, FeatureVector features) {
    double[][] distributions = new double[specialists.size()][CLASSES];
    float[] inputs = ((GivenInputs) specialists.gateShape().given()).values();
    for (int e = 0; e < specialists.size(); e++) {
      specialists.specialist(e).predict(features, inputs, distributions[e]);
    }
    return distributions;
  }

  @Property(tries = 40)
  void asksTheSmallestPrefixAndDividesByThePosterior(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 9) int count,
      @ForAll @DoubleRange(min = 0.05, max = 0.99) double predicted,
      @ForAll @DoubleRange(min = 0.05, max = 0.99) double learned) {
    Specialists specialists = specialists(count, new ActiveSetConfig(predicted, learned, 0, 0));
    SplitMix64 random = new SplitMix64(seed);
    long[] evaluations = new long[count];
    long[] lessons = new long[count];
    for (LabeledExample example : MixedStream.of(60, seed)) {
      double[] weights = weights(count, random);
      specialists.begin(example.features());
      double[][] all = distributions(specialists, example.features());
      boolean[] predicting = naiveSet(weights, predicted);
      double[] found = new double[CLASSES];
      specialists.predict(weights, found);
      assertThat(found).containsExactly(mixed(weights, predicting, all), within(1e-9));

      // whoever has been asked stays in the set
      boolean[] set = naiveSet(weights, Math.max(predicted, learned));
      double[] responsibilities = specialists.learn(weights, example.label(), 1).clone();
      double[] expected = posterior(weights, set, all, example.label());
      assertThat(responsibilities).containsExactly(expected, within(1e-9));
      assertThat(Arrays.stream(responsibilities).sum()).isCloseTo(1, within(1e-12));
      for (int e = 0; e < count; e++) {
        evaluations[e] += set[e] ? 1 : 0;
        lessons[e] += responsibilities[e] >= 0.02 ? 1 : 0;
        assertThat(specialists.specialist(e).learned() > 0).isEqualTo(lessons[e] > 0);
      }
    }
    assertThat(specialists.use())
        .extracting(MemberUse::evaluations)
        .containsExactly(Arrays.stream(evaluations).boxed().toArray(Long[]::new));
    assertThat(specialists.use())
        .extracting(MemberUse::lessons)
        .containsExactly(Arrays.stream(lessons).boxed().toArray(Long[]::new));
  }

  /** Whatever those would have said who are not asked, none would have had a part that matters. */
  @Property(tries = 40)
  void leavesOutOnlyWhoCouldNotBeResponsible(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 9) int count,
      @ForAll @DoubleRange(min = 0.01, max = 0.3) double negligible) {
    Specialists few = specialists(count, new ActiveSetConfig(0.5, 1, 0, 0, negligible));
    SplitMix64 random = new SplitMix64(seed);
    long asked = 0;
    for (LabeledExample example : MixedStream.of(60, seed)) {
      double[] weights = weights(count, random);
      few.begin(example.features());
      double[][] all = distributions(few, example.features());
      long before = few.use().stream().mapToLong(MemberUse::evaluations).sum();
      double[] responsibilities = few.learn(weights, example.label(), 1).clone();
      asked += few.use().stream().mapToLong(MemberUse::evaluations).sum() - before;
      double said = 0;
      for (int e = 0; e < count; e++) {
        double likelihood = 0.9 * all[e][example.label()] + 0.1 / CLASSES;
        said += responsibilities[e] > 0 ? weights[e] * likelihood : 0;
      }
      for (int e = 0; e < count; e++) {
        double most = weights[e] * (0.9 + 0.1 / CLASSES);
        if (responsibilities[e] == 0) {
          assertThat(most / (said + most)).isLessThan(negligible);
        }
      }
    }
    assertThat(asked).isBetween(60L, 60L * count);
  }

  private static double[] mixed(double[] weights, boolean[] set, double[][] all) {
    double[] mixed = new double[CLASSES];
    double mass = 0;
    for (int e = 0; e < weights.length; e++) {
      mass += set[e] ? weights[e] : 0;
    }
    for (int c = 0; c < CLASSES; c++) {
      for (int e = 0; e < weights.length; e++) {
        mixed[c] += set[e] ? weights[e] / mass * all[e][c] : 0;
      }
    }
    return mixed;
  }

  private static double[] posterior(double[] weights, boolean[] set, double[][] all, int label) {
    double[] posterior = new double[weights.length];
    for (int e = 0; e < weights.length; e++) {
      posterior[e] = set[e] ? weights[e] * (0.9 * all[e][label] + 0.1 / CLASSES) : 0;
    }
    double sum = Arrays.stream(posterior).sum();
    return Arrays.stream(posterior).map(r -> r / sum).toArray();
  }

  @Example
  void everybodyIsAskedAtTheStartAndInAShareOfTheEvents() {
    Specialists eager = specialists(4, new ActiveSetConfig(0.5, 0.5, 0, 30));
    Specialists always = specialists(4, new ActiveSetConfig(0.5, 0.5, 1, 0));
    Specialists sometimes = specialists(4, new ActiveSetConfig(0.5, 0.5, 0.25, 0));
    double[] weights = {0.9, 0.05, 0.03, 0.02};
    List<LabeledExample> examples = MixedStream.of(2_000, 1);
    for (LabeledExample example : examples) {
      for (Specialists specialists : List.of(eager, always, sometimes)) {
        specialists.begin(example.features());
        specialists.learn(weights, example.label(), 1);
      }
    }
    assertThat(eager.use())
        .extracting(MemberUse::evaluations)
        .containsExactly(2_000L, 30L, 30L, 30L);
    assertThat(always.use()).extracting(MemberUse::evaluations).containsOnly(2_000L);
    // 500 expected, standard deviation 19
    assertThat(sometimes.use().get(3).evaluations()).isBetween(400L, 600L);
    assertThat(sometimes.use().get(0).evaluations()).isEqualTo(2_000);
  }

  @Example
  void whoWasNotAskedIsNeitherWrongNorResponsible() {
    Specialists specialists = specialists(3, new ActiveSetConfig(0.5, 0.5, 0, 0));
    LabeledExample example = MixedStream.of(1, 1).get(0);
    double[] weights = {0.1, 0.8, 0.1};
    specialists.begin(example.features());
    assertThat(specialists.learn(weights, 2, 1)).containsExactly(0, 1, 0);
    // one that knows nothing says the first class
    assertThat(specialists.wasWrong(1, 2)).isTrue();
    assertThat(specialists.wasWrong(0, 2)).isFalse();
  }

  @Example
  void featuresAreNewUntilTheyWereLearned() {
    Specialists specialists = specialists(3, SmallSpecialists.ALL);
    List<LabeledExample> examples = MixedStream.of(2, 1);
    double[] weights = {0.1, 0.8, 0.1};
    assertThat(specialists.begin(examples.get(0).features())).isTrue();
    assertThat(specialists.begin(examples.get(0).features())).isFalse();
    assertThat(specialists.begin(examples.get(1).features())).isTrue();
    specialists.learn(weights, 0, 1);
    assertThat(specialists.begin(examples.get(1).features())).isTrue();
  }

  @Example
  void activeSets_rejectByName() {
    for (double mass : new double[] {0, -1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new ActiveSetConfig(mass, 1, 0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("predicted must be above 0 and at most 1, got " + mass);
      assertThatThrownBy(() -> new ActiveSetConfig(1, mass, 0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("learned must be above 0 and at most 1, got " + mass);
    }
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new ActiveSetConfig(1, 1, share, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("complete must be from 0 to 1, got " + share);
    }
    assertThatThrownBy(() -> new ActiveSetConfig(1, 1, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("eager must be from 0 to 1000000000, got -1");
    for (double part : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new ActiveSetConfig(1, 1, 0, 0, part))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("negligible must be from 0 to 1 (exclusive), got " + part);
    }
  }
}
