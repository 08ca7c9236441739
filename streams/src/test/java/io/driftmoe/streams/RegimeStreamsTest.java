// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegimeStreamsTest {
  private static final int EVENTS = 20_000;

  /** One event with what the generator knows of it. */
  private record Told(LabeledExample example, int source, int clean) {}

  /** Pins the concepts, the contexts and the events. */
  @ParameterizedTest
  @CsvSource({
    "regime_s4s,f3c55fee6a2e7174",
    "regime_s8s,1a782f18d5b2046a",
    "regime_s4o,5c8c5caac22782c9",
    "regime_s8o,e57fa9c466fa600b",
    "regime_mc4,43b11ed76b81adce",
    "regime_h4,e94d94b05048a7a",
    "regime_imb,dbfa512010eec700",
    "regime_loc,a0e8394223bd1792",
    "regime_rec,12808638d7e930c1",
    "regime_k5,add507536d9fd13c",
    "regime_inc,c83ec41c98662722",
    "regime_skew,926fd9b276bde71a",
    "regime_rec8,507d22cfd8c87d5"
  })
  void eventsAreTheSameEverywhere(String name, String hash) {
    assertThat(Events.hash(Events.all(StreamCatalog.open(name, 12_000, 7)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "regime_s4s",
        "regime_s8s",
        "regime_s4o",
        "regime_s8o",
        "regime_mc4",
        "regime_h4",
        "regime_imb",
        "regime_loc",
        "regime_rec",
        "regime_rec8"
      })
  void eventsAreWhatTheDescriptionSays(String name) {
    RegimeStream stream = open(name, EVENTS, 3);
    assertThat(stream.schema().attributes()).hasSize(13).noneMatch(Attribute::isNominal);
    List<Told> told = told(stream);
    assertThat(told).hasSize(EVENTS);
    assertThatThrownBy(stream::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining(name);

    double ones = 0;
    double flipped = 0;
    for (Told event : told) {
      for (int i = 0; i < 10; i++) {
        assertThat(event.example().features().get(i)).isBetween(0.0, 1.0);
      }
      ones += event.example().label();
      flipped += event.example().label() == event.clean() ? 0 : 1;
    }
    assertThat(ones / EVENTS).isBetween(0.4, 0.6);
    assertThat(flipped / EVENTS).isCloseTo(0.05, within(0.006));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "regime_s4s",
        "regime_mc4",
        "regime_h4",
        "regime_loc",
        "regime_rec",
        "regime_k5",
        "regime_inc"
      })
  void anotherSeedGivesOtherEvents(String name) {
    List<LabeledExample> first = Events.all(StreamCatalog.open(name, 200, 1));
    assertThat(Events.all(StreamCatalog.open(name, 200, 1))).isEqualTo(first);
    assertThat(Events.all(StreamCatalog.open(name, 200, 2))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "regime_s4s,0.25:0.25:0.25:0.25",
    "regime_s8o,0.125:0.125:0.125:0.125:0.125:0.125:0.125:0.125",
    "regime_mc4,0.25:0.25:0.25:0.25",
    "regime_imb,0.70:0.15:0.10:0.05"
  })
  void sourcesHaveTheirShares(String name, String shares) {
    double[] expected = Arrays.stream(shares.split(":")).mapToDouble(Double::parseDouble).toArray();
    double[] found = sourceShares(told(open(name, EVENTS, 4)), expected.length);
    for (int source = 0; source < expected.length; source++) {
      assertThat(found[source]).as("source %s", source).isCloseTo(expected[source], within(0.015));
    }
  }

  @Test
  void hyperplanesLeaveEverySourceAShare() {
    for (long seed = 1; seed <= 20; seed++) {
      double[] shares = sourceShares(told(open("regime_h4", 2_000, seed)), 4);
      assertThat(Arrays.stream(shares).min().orElseThrow()).as("seed %s", seed).isGreaterThan(0.12);
    }
  }

  /** Also when concepts have been replaced twice each. */
  @ParameterizedTest
  @CsvSource({
    "regime_s4s,4,10",
    "regime_s8s,8,10",
    "regime_loc,4,85000",
    "regime_rec,3,10",
    "regime_rec8,8,10"
  })
  void conceptsOfTwoSourcesConflict(String name, int sources, long events) {
    for (long seed = 1; seed <= 5; seed++) {
      RegimeStream stream = open(name, events, seed);
      stream.forEachRemaining(example -> {});
      assertThat(stream.sources()).isEqualTo(sources);
      for (int a = 0; a < sources; a++) {
        assertThat(disagreement(stream.concept(a), x -> 0)).isBetween(0.35, 0.65);
        for (int b = 0; b < a; b++) {
          assertThat(disagreement(stream.concept(a), stream.concept(b)))
              .as("seed %s, sources %s and %s", seed, a, b)
              .isGreaterThan(0.35);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "regime_s4s,0,0.01",
    "regime_s8s,0,0.01",
    "regime_imb,0,0.01",
    "regime_loc,0,0.01",
    "regime_s4o,0.06,0.2",
    "regime_s8o,0.06,0.2",
    "regime_rec,0.6,0.73"
  })
  void nearestClusterTellsTheSourceAsFarAsClustersAreSeparated(
      String name, double least, double most) {
    RegimeStream stream = open(name, EVENTS, 5);
    List<Told> told = told(stream);
    double[][] mean = meanContexts(told, stream.sources());
    double wrong = 0;
    for (Told event : told) {
      wrong += nearest(mean, event.example()) == event.source() ? 0 : 1;
    }
    assertThat(wrong / EVENTS).isBetween(least, most);
  }

  @Test
  void threeClustersMakeASource() {
    // Seen as one cluster each, sources would be told apart badly; their parts lie interleaved.
    List<Told> told = told(open("regime_mc4", EVENTS, 5));
    double[][] mean = meanContexts(told, 4);
    long wrong = told.stream().filter(e -> nearest(mean, e.example()) != e.source()).count();
    assertThat(wrong / (double) EVENTS).isGreaterThan(0.2);
    // And yet the nearest of many earlier events belongs to the same source.
    int misled = 0;
    for (Told event : told.subList(1_000, 2_000)) {
      Told neighbour = null;
      double least = Double.POSITIVE_INFINITY;
      for (Told earlier : told.subList(0, 1_000)) {
        double distance = distance(context(event.example()), context(earlier.example()));
        if (distance < least) {
          least = distance;
          neighbour = earlier;
        }
      }
      misled += neighbour.source() == event.source() ? 0 : 1;
    }
    assertThat(misled).isLessThan(20);
  }

  @Test
  void locChangesOneSourcesConceptAtEachPlantedDrift() {
    RegimeStream stream = open("regime_loc", 60_000, 6);
    assertThat(stream.plantedDrifts())
        .extracting(PlantedDrift::position)
        .containsExactly(10_001L, 20_001L, 30_001L, 40_001L, 50_001L);
    List<RegimeConcept> before = null;
    for (int event = 1; event <= 60_000; event++) {
      stream.next();
      List<RegimeConcept> now = new ArrayList<>();
      for (int source = 0; source < 4; source++) {
        now.add(stream.concept(source));
      }
      if (before != null && event % 10_000 == 1) {
        int changed = (event / 10_000 - 1) % 4;
        for (int source = 0; source < 4; source++) {
          double disagreement = disagreement(before.get(source), now.get(source));
          if (source == changed) {
            assertThat(disagreement).as("event %s", event).isGreaterThan(0.35);
          } else {
            assertThat(disagreement).as("event %s", event).isZero();
          }
        }
      } else if (before != null) {
        assertThat(now).as("event %s", event).isEqualTo(before);
      }
      before = now;
    }
  }

  @ParameterizedTest
  @CsvSource({"regime_rec,5000,3", "regime_rec8,2500,8"})
  void recCyclesItsConceptsAtThePlantedDrifts(String name, int turn, int concepts) {
    RegimeStream stream = open(name, 22_000, 6);
    assertThat(stream.plantedDrifts())
        .isEqualTo(
            IntStream.rangeClosed(1, 22_000 / turn)
                .mapToObj(i -> new PlantedDrift(i * turn + 1, 1))
                .toList());
    List<Told> told = told(stream);
    for (int i = 0; i < told.size(); i++) {
      assertThat(told.get(i).source()).as("event %s", i + 1).isEqualTo(i / turn % concepts);
    }
  }

  @ParameterizedTest
  @CsvSource({"regime_loc,10000", "regime_rec,5000", "regime_rec8,2500"})
  void noDriftIsPlantedBeyondTheLastEvent(String name, long period) {
    assertThat(open(name, period, 1).plantedDrifts()).isEmpty();
    assertThat(open(name, period + 1, 1).plantedDrifts())
        .containsExactly(new PlantedDrift(period + 1, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "regime_s4s",
        "regime_s8o",
        "regime_mc4",
        "regime_h4",
        "regime_imb",
        "regime_k5",
        "regime_skew"
      })
  void stationaryRegimesPlantNoDrift(String name) {
    RegimeStream stream = open(name, 100_000, 1);
    assertThat(stream.plantedDrifts()).isEmpty();
    RegimeConcept first = stream.concept(0);
    stream.forEachRemaining(example -> {});
    assertThat(stream.concept(0)).isSameAs(first);
  }

  private static RegimeStream open(String name, long events, long seed) {
    return (RegimeStream) StreamCatalog.open(name, events, seed);
  }

  private static List<Told> told(RegimeStream stream) {
    List<Told> told = new ArrayList<>();
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      int clean = stream.concept(stream.source()).label(TestFiles.values(example));
      told.add(new Told(example, stream.source(), clean));
    }
    return told;
  }

  private static double[] sourceShares(List<Told> told, int sources) {
    double[] shares = new double[sources];
    told.forEach(event -> shares[event.source()] += 1.0 / told.size());
    return shares;
  }

  /** Share of events on which two concepts disagree. */
  static double disagreement(RegimeConcept a, RegimeConcept b) {
    SplitMix64 random = new SplitMix64(99);
    double differ = 0;
    double[] x = new double[RegimeConcept.FEATURES];
    for (int n = 0; n < 4_000; n++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextDouble();
      }
      differ += a.label(x) == b.label(x) ? 0 : 1;
    }
    return differ / 4_000;
  }

  private static double[][] meanContexts(List<Told> told, int sources) {
    double[][] mean = new double[sources][3];
    double[] shares = sourceShares(told, sources);
    for (Told event : told) {
      double[] context = context(event.example());
      for (int i = 0; i < 3; i++) {
        mean[event.source()][i] += context[i] / (shares[event.source()] * told.size());
      }
    }
    return mean;
  }

  private static int nearest(double[][] mean, LabeledExample example) {
    int nearest = 0;
    for (int source = 1; source < mean.length; source++) {
      if (distance(mean[source], context(example)) < distance(mean[nearest], context(example))) {
        nearest = source;
      }
    }
    return nearest;
  }

  private static double[] context(LabeledExample example) {
    return Arrays.copyOfRange(TestFiles.values(example), 10, 13);
  }

  private static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return squares;
  }
}
