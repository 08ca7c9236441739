// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regimes with other than two classes of equal shares. */
class RegimeClassesTest {
  private static final int EVENTS = 40_000;

  @ParameterizedTest
  @CsvSource({"regime_k5,0.2:0.2:0.2:0.2:0.2,0.015", "regime_skew,0.9:0.08:0.02,0.012"})
  void everySourceHasTheSameSharesOfClasses(String name, String text, double tolerance) {
    double[] shares = Arrays.stream(text.split(":")).mapToDouble(Double::parseDouble).toArray();
    RegimeStream stream = open(name, EVENTS, 3);
    double[][] found = new double[4][shares.length];
    double[] events = new double[4];
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      found[stream.source()][example.label()]++;
      events[stream.source()]++;
    }
    for (int source = 0; source < 4; source++) {
      for (int label = 0; label < shares.length; label++) {
        assertThat(found[source][label] / events[source])
            .as("source %s, class %s", source, label)
            .isCloseTo(shares[label], within(tolerance));
      }
    }
  }

  @Test
  void noiseOfEqualClassesGivesEachOfTheOthersAsOften() {
    RegimeStream stream = open("regime_k5", EVENTS, 3);
    int[] further = new int[5];
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      int clean = stream.concept(stream.source()).label(TestFiles.values(example));
      further[Math.floorMod(example.label() - clean, 5)]++;
    }
    assertThat(1 - further[0] / (double) EVENTS).isCloseTo(0.05, within(0.005));
    for (int by = 1; by < 5; by++) {
      assertThat(further[by] / (double) EVENTS).as("by %s", by).isCloseTo(0.0125, within(0.002));
    }
  }

  @Test
  void noiseOfUnequalClassesIsLittleOfTheRareOne() {
    RegimeStream stream = open("regime_skew", EVENTS, 3);
    double wrong = 0;
    double rare = 0;
    double rareByNoise = 0;
    while (stream.hasNext()) {
      LabeledExample example = stream.next();
      int clean = stream.concept(stream.source()).label(TestFiles.values(example));
      wrong += example.label() == clean ? 0 : 1;
      if (example.label() == 2) {
        rare++;
        rareByNoise += clean == 2 ? 0 : 1;
      }
    }
    // 5 % of 1 - (0.9^2 + 0.08^2 + 0.02^2)
    assertThat(wrong / EVENTS).isCloseTo(0.0092, within(0.002));
    assertThat(rareByNoise / rare).isBetween(0.02, 0.09);
  }

  /** Two concepts that knew nothing of each other would disagree on 1 - sum of squared shares. */
  @ParameterizedTest
  @CsvSource({"regime_k5,0.8", "regime_inc,0.875", "regime_skew,0.1832"})
  void conceptsOfTwoSourcesConflict(String name, double independent) {
    for (long seed = 1; seed <= 5; seed++) {
      RegimeStream stream = open(name, 10, seed);
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < a; b++) {
          assertThat(RegimeStreamsTest.disagreement(stream.concept(a), stream.concept(b)))
              .as("seed %s, sources %s and %s", seed, a, b)
              .isGreaterThan(0.75 * independent);
        }
      }
    }
  }

  @Test
  void sourcesConflictWhileFewClassesExist() {
    GrowingClasses classes = new GrowingClasses(8);
    for (long seed = 1; seed <= 5; seed++) {
      RegimeStream stream = open("regime_inc", 10, seed);
      for (int a = 0; a < 4; a++) {
        RegimeConcept one = stream.concept(a);
        assertThat(RegimeStreamsTest.disagreement(x -> classes.label(one.label(x), 0), x -> 0))
            .isCloseTo(0.5, within(0.05));
        for (int b = 0; b < a; b++) {
          RegimeConcept other = stream.concept(b);
          assertThat(
                  RegimeStreamsTest.disagreement(
                      x -> classes.label(one.label(x), 0), x -> classes.label(other.label(x), 0)))
              .as("seed %s, sources %s and %s", seed, a, b)
              .isGreaterThan(0.3);
        }
      }
    }
  }

  @Test
  void classesAppearAtThePlantedDrifts() {
    RegimeStream stream = open("regime_inc", 80_000, 3);
    assertThat(stream.plantedDrifts())
        .containsExactly(
            new PlantedDrift(10_001, 1),
            new PlantedDrift(20_001, 1),
            new PlantedDrift(30_001, 1),
            new PlantedDrift(40_001, 1),
            new PlantedDrift(50_001, 1),
            new PlantedDrift(60_001, 1));
    int[][] counts = new int[8][8];
    for (int event = 0; event < 80_000; event++) {
      counts[event / 10_000][stream.next().label()]++;
    }
    for (int eighth = 0; eighth < 8; eighth++) {
      int existing = Math.min(8, 2 + eighth);
      for (int label = 0; label < 8; label++) {
        if (label < existing) {
          assertThat(counts[eighth][label]).as("%s in %s", label, eighth).isGreaterThan(1_000);
        } else {
          assertThat(counts[eighth][label]).as("%s in %s", label, eighth).isZero();
        }
      }
    }
  }

  @Test
  void appearanceTakesHalfOfOneClass() {
    GrowingClasses classes = new GrowingClasses(800);
    int[] before = null;
    for (int event = 0; event < 800; event++) {
      int[] now = new int[8];
      int[] regions = new int[8];
      for (int region = 0; region < 8; region++) {
        now[region] = classes.label(region, event);
        regions[now[region]]++;
      }
      if (event == 0) {
        assertThat(now).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
      } else if (Arrays.equals(now, before)) {
        assertThat(event % 100 == 0 && event < 700).as("event %s", event).isFalse();
      } else {
        assertThat(event % 100).isZero();
        int appeared = event / 100 + 1;
        for (int region = 0; region < 8; region++) {
          if (now[region] != before[region]) {
            assertThat(now[region]).isEqualTo(appeared);
            assertThat(before[region]).isEqualTo(appeared % Integer.highestOneBit(appeared));
          }
        }
        assertThat(regions[appeared])
            .isEqualTo(regions[appeared % Integer.highestOneBit(appeared)]);
      }
      before = now;
    }
    assertThat(before).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
  }

  /** Also of a stream with fewer events than classes appear in. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 50, 803})
  void appearancesAreWhereTheNumberOfClassesGrows(int events) {
    GrowingClasses classes = new GrowingClasses(events);
    assertThat(classes.existing(0)).isEqualTo(2);
    int[] grows = new int[events];
    int appearances = 0;
    for (int event = 1; event < events; event++) {
      if (classes.existing(event) > classes.existing(event - 1)) {
        grows[appearances++] = event + 1;
      }
    }
    assertThat(classes.appearances().stream().mapToInt(drift -> (int) drift.position()).toArray())
        .isEqualTo(Arrays.copyOf(grows, appearances));
  }

  private static RegimeStream open(String name, long events, long seed) {
    return (RegimeStream) StreamCatalog.open(name, events, seed);
  }
}
