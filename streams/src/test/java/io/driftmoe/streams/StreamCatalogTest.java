// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCatalogTest {
  private static final int[] LED_CONCEPTS = {1, 3, 5, 7};
  private static final int[] SEA_CONCEPTS = {1, 2, 4, 1};

  @Test
  void namesAreThoseOfTheTables() {
    assertThat(StreamCatalog.names())
        .containsExactly(
            ("led_a led_g sea_a sea_g rbf_m rbf_f rbf_m5 rbf_f5 elec covtype airlines agrawal_a"
                    + " agrawal_g hyperplane random_tree random_tree_a recurring regime_s4s"
                    + " regime_s8s regime_s4o regime_s8o regime_mc4 regime_h4 regime_imb"
                    + " regime_loc regime_rec regime_k5 regime_inc regime_skew regime_rec8"
                    + " causal causal_a size_d10"
                    + " size_d100 size_d1000 size_d10000 size_k2 size_k10 size_k100 size_k1000"
                    + " weather covtype_50 outdoor powersupply kddcup99 flights"
                    + " melbourne_pedestrians five_cities_pm25 toulouse_bikes hotel_bookings"
                    + " hotel_bookings_narrow aus_weather insects_gradual_balanced")
                .split(" "));
  }

  @Test
  void unknownNameIsRejectedNamingTheKnownOnes() {
    assertThatThrownBy(() -> StreamCatalog.open("led", 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'led'")
        .hasMessageContaining("led_a, led_g, sea_a");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1L << 31})
  void illegalNumberOfEventsIsRejected(long events) {
    assertThatThrownBy(() -> StreamCatalog.open("led_a", events, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("events")
        .hasMessageContaining(Long.toString(events));
  }

  @ParameterizedTest
  @CsvSource({
    "led_a,24,10",
    "led_g,24,10",
    "sea_a,3,2",
    "sea_g,3,2",
    "rbf_m,10,2",
    "rbf_f,10,2",
    "rbf_m5,10,5",
    "rbf_f5,10,5"
  })
  void schemaAndLengthAreThoseOfThePaper(String name, int features, int classes) {
    LabeledStream stream = StreamCatalog.open(name, 2_000, 1);
    assertThat(stream.name()).isEqualTo(name);
    assertThat(stream.length()).hasValue(2_000);
    assertThat(stream.schema().features()).isEqualTo(features);
    assertThat(stream.schema().classes()).isEqualTo(classes);
    assertThat(stream.schema().attributes())
        .allMatch(attribute -> attribute.isNominal() == name.startsWith("led"));

    Set<Integer> labels = new HashSet<>();
    List<LabeledExample> examples = Events.all(stream);
    for (LabeledExample example : examples) {
      assertThat(example.features().size()).isEqualTo(features);
      labels.add(example.label());
    }
    assertThat(examples).hasSize(2_000);
    assertThat(labels).hasSize(classes);
    assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
  }

  /** Pins the generators, the seeds drawn for them and the drifts. */
  @ParameterizedTest
  @CsvSource({
    "led_a,9363e3aef4521c30",
    "led_g,d06ea66aaae03672",
    "sea_a,ddbdf32631cae32f",
    "sea_g,d0845ea5b9b1c6ad",
    "rbf_m,ef95fd95fe696188",
    "rbf_f,35831a6cfe5a7208",
    "rbf_m5,d9253545f847c11b",
    "rbf_f5,5261b715ed9157c5"
  })
  void eventsAreTheSameEverywhere(String name, String hash) {
    assertThat(Events.hash(Events.all(StreamCatalog.open(name, 4_000, 7)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"led_a", "sea_g", "rbf_m", "rbf_f5"})
  void anotherSeedGivesOtherEvents(String name) {
    List<LabeledExample> first = Events.all(StreamCatalog.open(name, 200, 1));
    assertThat(Events.all(StreamCatalog.open(name, 200, 1))).isEqualTo(first);
    assertThat(Events.all(StreamCatalog.open(name, 200, 2))).isNotEqualTo(first);
  }

  @Test
  void conceptsDoNotRepeatEachOthersEvents() {
    List<LabeledExample> examples = Events.all(StreamCatalog.open("sea_a", 10_000, 1));
    Set<FeatureVector> distinct = new HashSet<>();
    examples.forEach(example -> distinct.add(example.features()));
    assertThat(distinct).hasSize(10_000);
  }

  @Test
  void driftsOfAMillionEventsAreThePublishedOnes() {
    assertThat(StreamCatalog.open("led_a", 1_000_000, 1).plantedDrifts())
        .isEqualTo(StreamCatalog.open("sea_a", 1_000_000, 1).plantedDrifts())
        .containsExactly(
            new PlantedDrift(249_975, 50),
            new PlantedDrift(499_975, 50),
            new PlantedDrift(749_975, 50));
    assertThat(StreamCatalog.open("led_g", 1_000_000, 1).plantedDrifts())
        .isEqualTo(StreamCatalog.open("sea_g", 1_000_000, 1).plantedDrifts())
        .containsExactly(
            new PlantedDrift(225_000, 50_000),
            new PlantedDrift(475_000, 50_000),
            new PlantedDrift(725_000, 50_000));
    assertThat(StreamCatalog.open("rbf_f", 1_000_000, 1).plantedDrifts()).isEmpty();
  }

  @Test
  void driftsScaleWithTheNumberOfEvents() {
    assertThat(StreamCatalog.open("led_a", 100_000, 1).plantedDrifts())
        .containsExactly(
            new PlantedDrift(24_998, 5), new PlantedDrift(49_998, 5), new PlantedDrift(74_998, 5));
    assertThat(StreamCatalog.open("sea_g", 2_000_000, 1).plantedDrifts())
        .containsExactly(
            new PlantedDrift(450_000, 100_000),
            new PlantedDrift(950_000, 100_000),
            new PlantedDrift(1_450_000, 100_000));
    assertThat(StreamCatalog.open("led_a", 1_000, 1).plantedDrifts())
        .extracting(PlantedDrift::width)
        .containsOnly(1L);
    assertThat(StreamCatalog.open("led_a", Integer.MAX_VALUE, 1).plantedDrifts()).hasSize(3);
  }

  @Test
  void seaFollowsItsFunctionsBetweenTheDrifts() {
    double[] threshold = {8, 9, 9.5, 8};
    List<LabeledExample> examples = Events.all(StreamCatalog.open("sea_a", 40_000, 3));
    for (int concept = 0; concept < 4; concept++) {
      int asTold = 0;
      for (LabeledExample e : examples.subList(concept * 10_000 + 100, concept * 10_000 + 9_900)) {
        double sum = e.features().get(0) + e.features().get(1);
        asTold += e.label() == (sum <= threshold[concept] ? 0 : 1) ? 1 : 0;
      }
      // 10 % noise; a threshold of the neighbouring concept would cost another 3 % or more.
      assertThat(asTold / 9_800.0).as("concept %s", concept).isCloseTo(0.9, within(0.012));
    }
  }

  @ParameterizedTest
  @CsvSource({"led_a,24998", "led_g,22500"})
  void ledChangesPlacesAtTheDrift(String name, int centre) {
    List<LabeledExample> examples = Events.all(StreamCatalog.open(name, 100_000, 5));
    // Attribute 2 carries a segment in the first concept and a coin toss in the second: an eight
    // lights all segments.
    assertThat(lit(examples.subList(0, 15_000))).isCloseTo(0.9, within(0.03));
    assertThat(lit(examples.subList(30_000, 45_000))).isCloseTo(0.5, within(0.04));
    double around = lit(examples.subList(centre - 2_000, centre + 2_000));
    assertThat(around).isCloseTo(0.7, within(0.06));
  }

  private static double lit(List<LabeledExample> examples) {
    List<LabeledExample> eights = examples.stream().filter(e -> e.label() == 8).toList();
    return eights.stream().mapToDouble(e -> e.features().get(1)).average().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"led_a", "led_g", "sea_a", "sea_g"})
  void eventsAreThoseOfMoasOwnDriftStream(String name) {
    long seed = 11;
    LabeledStream stream = StreamCatalog.open(name, 8_000, seed);
    String[] concepts = new String[4];
    for (int i = 0; i < 4; i++) {
      concepts[i] =
          name.startsWith("led")
              ? "generators.LEDGeneratorDrift -d " + LED_CONCEPTS[i]
              : "generators.SEAGenerator -f " + SEA_CONCEPTS[i];
      concepts[i] += " -i " + Seeds.concept(seed, i);
    }
    String nested = concepts[0];
    for (int i = 0; i < 3; i++) {
      PlantedDrift drift = stream.plantedDrifts().get(i);
      nested =
          "ConceptDriftStream -s (%s) -d (%s) -p %s -w %s -r %s"
              .formatted(
                  nested, concepts[i + 1], drift.position(), drift.width(), Seeds.drift(seed, i));
    }
    assertThat(Events.all(stream)).isEqualTo(Events.moa(nested, 8_000));
  }

  @ParameterizedTest
  @CsvSource({"rbf_m,2,0.0001", "rbf_f,2,0.001", "rbf_m5,5,0.0001", "rbf_f5,5,0.001"})
  void eventsAreThoseOfMoasDriftingCentroids(String name, int classes, String speed) {
    long seed = 12;
    String moa =
        "generators.RandomRBFGeneratorDrift -r %s -i %s -c %s -a 10 -n 50 -k 50 -s %s"
            .formatted(Seeds.model(seed, 0), Seeds.concept(seed, 0), classes, speed);
    assertThat(Events.all(StreamCatalog.open(name, 5_000, seed))).isEqualTo(Events.moa(moa, 5_000));
  }
}
