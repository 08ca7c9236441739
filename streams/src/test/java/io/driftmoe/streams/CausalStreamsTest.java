// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CausalStreamsTest {
  private static final int EVENTS = 20_000;
  private static final int X1 = CausalStream.FIRST;

  /** Events with what the generator knows of them: the values that are missing, too. */
  private record Told(List<LabeledExample> events, double[][] truth) {
    static Told of(String name, int events, long seed) {
      CausalStream stream = open(name, events, seed);
      List<LabeledExample> examples = new ArrayList<>();
      double[][] truth = new double[CausalGraph.VARIABLES][events];
      for (int i = 0; i < events; i++) {
        examples.add(stream.next());
        for (int v = 0; v < truth.length; v++) {
          truth[v][i] = stream.truth(v);
        }
      }
      return new Told(examples, truth);
    }

    boolean missing(int variable, int event) {
      return events.get(event).features().isMissing(X1 + variable);
    }
  }

  private static CausalStream open(String name, long events, long seed) {
    return (CausalStream) StreamCatalog.open(name, events, seed);
  }

  /** Pins graph, concepts, events and gaps. */
  @ParameterizedTest
  @CsvSource({"causal,a4a544ebcf030e5", "causal_a,48015568557bdaa5"})
  void eventsAreTheSameEverywhere(String name, String hash) {
    assertThat(Events.hash(Events.all(StreamCatalog.open(name, 12_000, 7)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal", "causal_a"})
  void anotherSeedGivesOtherEvents(String name) {
    List<LabeledExample> first = Events.all(StreamCatalog.open(name, 200, 1));
    assertThat(Events.all(StreamCatalog.open(name, 200, 1))).isEqualTo(first);
    assertThat(Events.all(StreamCatalog.open(name, 200, 2))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({"causal,1", "causal,2", "causal,3", "causal_a,1", "causal_a,2", "causal_a,3"})
  void everyClassHasItsShare_andValuesStayInBounds(String name, long seed) {
    Told told = Told.of(name, EVENTS, seed);
    double[] shares = new double[CausalStream.CLASSES];
    for (LabeledExample event : told.events()) {
      shares[event.label()] += 1.0 / EVENTS;
      assertThat(event.features().size()).isEqualTo(12);
    }
    for (double share : shares) {
      assertThat(share).isBetween(0.06, 0.75);
    }
    double most =
        Arrays.stream(told.truth()).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    assertThat(most).isBetween(1.0, 40.0);
  }

  /** What makes these streams unlike the other generators', whose events are independent. */
  @ParameterizedTest
  @ValueSource(strings = {"causal", "causal_a"})
  void eventsDependOnThoseBefore(String name) {
    Told told = Told.of(name, EVENTS, 3);
    for (int v = 0; v < CausalGraph.CAUSES; v++) {
      assertThat(correlation(told.truth()[v], 1)).as("x%s", v + 1).isGreaterThan(0.1);
    }
    double same = 0;
    double chance = 0;
    double[] shares = new double[CausalStream.CLASSES];
    for (int i = 1; i < EVENTS; i++) {
      same += told.events().get(i).label() == told.events().get(i - 1).label() ? 1 : 0;
      shares[told.events().get(i).label()]++;
    }
    for (double count : shares) {
      chance += count * count / EVENTS;
    }
    assertThat(same).isGreaterThan(1.1 * chance);
  }

  /** The same hour of the next day is more alike than the opposite hour, which is nearer. */
  @Test
  void daysRepeat() {
    Told told = Told.of("causal_a", EVENTS, 3);
    double day = 0;
    double half = 0;
    for (int v = 0; v < CausalGraph.CAUSES; v++) {
      double[] quarter = Arrays.copyOf(told.truth()[v], EVENTS / 4);
      day += correlation(quarter, CausalSeasons.DAY);
      half += correlation(quarter, CausalSeasons.DAY / 2);
    }
    assertThat(day / CausalGraph.CAUSES).isGreaterThan(half / CausalGraph.CAUSES + 0.1);
    assertThat(IntStream.range(0, 48).map(i -> (int) told.events().get(i).features().get(0)))
        .isEqualTo(IntStream.range(0, 48).map(i -> i % 24).boxed().toList());
  }

  @Test
  void weekendsAreTwoDaysOfSeven() {
    int[] weekend =
        IntStream.range(0, 14 * 24).filter(CausalSeasons::isWeekend).map(i -> i / 24).toArray();
    assertThat(Arrays.stream(weekend).distinct()).containsExactly(5, 6, 12, 13);
    assertThat(weekend).hasSize(4 * 24);
    assertThat(CausalSeasons.isWeekend(-1)).isTrue();
    assertThat(CausalSeasons.hour(-1)).isEqualTo(23);
  }

  /** Arrows at once never lead back, so every event has an order of causes. */
  @Test
  void causesComeBeforeEffects() {
    for (long seed = 1; seed <= 50; seed++) {
      CausalGraph graph = new CausalGraph(new SplitMix64(seed));
      for (int v = 0; v < CausalGraph.VARIABLES; v++) {
        for (CausalEdge edge : graph.into(v)) {
          assertThat(edge.lag()).isBetween(0, CausalEdge.GREATEST_LAG);
          assertThat(edge.cause()).isLessThan(edge.lag() == 0 ? v : CausalGraph.CAUSES);
        }
      }
      assertThat(graph.into(CausalGraph.SCORE)).hasSize(4);
    }
  }

  /** An effect follows its cause by the arrow's lag, in the direction of the arrow's strength. */
  @Test
  void aCauseWorksByItsStrength_afterItsLag() {
    CausalGraph graph = new CausalGraph(new SplitMix64(5));
    CausalConcept concept = CausalConcept.draw(graph, new SplitMix64(6));
    // what else moves the first feature is left out: it moves its cause, too
    Arrays.fill(concept.mechanism(0), CausalConcept.DAILY, CausalConcept.NOISE, 0);
    Arrays.fill(concept.mechanism(0), CausalConcept.MODES, CausalConcept.ARROWS, 0);
    CausalProcess process = new CausalProcess(graph, 0, new SplitMix64(7));
    int events = 50_000;
    double[][] values = new double[CausalGraph.VARIABLES][events];
    for (int i = 0; i < events; i++) {
      process.next(concept);
      for (int v = 0; v < values.length; v++) {
        values[v][i] = process.value(v);
      }
    }
    // the first feature has one arrow, from the past of another or of its own
    CausalEdge arrow = graph.into(0).get(0);
    double strength = concept.mechanism(0)[CausalConcept.ARROWS];
    double persistence = concept.mechanism(0)[CausalConcept.PERSISTENCE];
    double covariance = 0;
    double variance = 0;
    double mean = 0;
    double news = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 10; i < events; i++) {
        double shaped = arrow.shape().of(values[arrow.cause()][i - arrow.lag()]);
        double added = values[0][i] - persistence * values[0][i - 1];
        if (pass == 0) {
          mean += shaped / (events - 10);
          news += added / (events - 10);
        } else {
          covariance += (shaped - mean) * (added - news);
          variance += (shaped - mean) * (shaped - mean);
        }
      }
    }
    double found = covariance / variance / Math.sqrt(1 - persistence * persistence);
    assertThat(arrow.lag()).isPositive();
    assertThat(found).isCloseTo(strength, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal", "causal_a"})
  void theEffectFollowsTheClass(String name) {
    Told told = Told.of(name, 5_000, 2); // before the first drift
    double[] sum = new double[CausalStream.CLASSES];
    double[] count = new double[CausalStream.CLASSES];
    for (int i = 0; i < 5_000; i++) {
      int label = told.events().get(i).label();
      sum[label] += told.truth()[CausalGraph.EFFECT][i];
      count[label]++;
    }
    assertThat(Math.abs(sum[2] / count[2] - sum[0] / count[0])).isGreaterThan(0.4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal", "causal_a"})
  void valuesAreMissingInFourWays(String name) {
    Told told = Told.of(name, EVENTS, 3);
    for (int v = 0; v < CausalGraph.CAUSES; v++) {
      boolean gaps =
          v == CausalGaps.BY_CHANCE
              || v == CausalGaps.BY_ANOTHER
              || v == CausalGaps.AWAY
              || v == CausalGaps.BY_ITSELF;
      assertThat(share(told, v, i -> true) > 0).as("x%s", v + 1).isEqualTo(gaps);
    }

    assertThat(share(told, CausalGaps.BY_CHANCE, i -> true)).isCloseTo(0.05, within(0.01));

    double[] cause = told.truth()[CausalGaps.CAUSE_OF_GAPS];
    assertThat(share(told, CausalGaps.BY_ANOTHER, i -> cause[i] > 0.8)).isBetween(0.5, 0.7);
    assertThat(share(told, CausalGaps.BY_ANOTHER, i -> cause[i] <= 0.8)).isZero();

    double[] own = told.truth()[CausalGaps.BY_ITSELF];
    assertThat(share(told, CausalGaps.BY_ITSELF, i -> own[i] > 0.8)).isBetween(0.5, 0.7);
    assertThat(share(told, CausalGaps.BY_ITSELF, i -> own[i] <= 0.8)).isZero();

    IntPredicate awayBefore = i -> i > 0 && told.missing(CausalGaps.AWAY, i - 1);
    assertThat(share(told, CausalGaps.AWAY, awayBefore)).isBetween(0.93, 0.99);
    assertThat(share(told, CausalGaps.AWAY, i -> true)).isBetween(0.03, 0.2);
  }

  private static double share(Told told, int variable, IntPredicate among) {
    return IntStream.range(0, EVENTS)
        .filter(among)
        .mapToDouble(i -> told.missing(variable, i) ? 1 : 0)
        .average()
        .orElseThrow();
  }

  @Test
  void plantedDriftsAreSharp_andCutTheStreamIntoQuarters() {
    assertThat(StreamCatalog.open("causal_a", 20_000, 1).plantedDrifts())
        .containsExactly(
            new PlantedDrift(5_001, 1), new PlantedDrift(10_001, 1), new PlantedDrift(15_001, 1));
    assertThat(StreamCatalog.open("causal", 20_000, 1).plantedDrifts()).isEmpty();
    assertThat(Events.all(StreamCatalog.open("causal_a", 3, 1))).hasSize(3);
  }

  @Test
  void plantedDriftsChangeTheClass_theFeatures_andBoth() {
    CausalStream stream = open("causal_a", 20_000, 4);
    assertThat(changed(stream, 4_998)).isEmpty();
    assertThat(changed(stream, 4_999)).containsExactly(CausalGraph.SCORE);
    assertThat(changed(stream, 9_999)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(changed(stream, 14_999)).hasSize(CausalGraph.VARIABLES);
    assertThat(changed(stream, 19_998)).isEmpty();
  }

  @Test
  void mechanismsOfCausalMoveAllTheTime_featuresAndClassAlike() {
    CausalStream stream = open("causal", 100_000, 4);
    CausalConcept begin = stream.concept(0);
    List<Integer> moving = changed(stream, 0);
    assertThat(moving).isNotEmpty().hasSizeLessThan(CausalGraph.VARIABLES);
    assertThat(changed(stream, 5_000)).isEqualTo(moving);
    boolean score = false;
    for (long number = 5_000; number < 90_000; number += 10_000) {
      score |= changed(stream, number).contains(CausalGraph.SCORE);
    }
    assertThat(score).isTrue();
    assertThat(stream.concept(90_000).mechanism(CausalGraph.SCORE))
        .isNotEqualTo(begin.mechanism(CausalGraph.SCORE));
  }

  /** The variables whose mechanism differs between an event and the next. */
  private static List<Integer> changed(CausalStream stream, long number) {
    CausalConcept before = stream.concept(number);
    CausalConcept after = stream.concept(number + 1);
    return IntStream.range(0, CausalGraph.VARIABLES)
        .filter(v -> !Arrays.equals(before.mechanism(v), after.mechanism(v)))
        .boxed()
        .toList();
  }

  /** A longer stream begins with a shorter one, since nothing in it scales. */
  @Test
  void causalDoesNotDependOnItsLength() {
    List<LabeledExample> whole = Events.all(StreamCatalog.open("causal", 15_000, 6));
    assertThat(Events.all(StreamCatalog.open("causal", 12_000, 6)))
        .isEqualTo(whole.subList(0, 12_000));
  }

  private static double correlation(double[] values, int lag) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double with = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      all += (values[i] - mean) * (values[i] - mean);
      with += i < lag ? 0 : (values[i] - mean) * (values[i - lag] - mean);
    }
    return with / all;
  }
}
