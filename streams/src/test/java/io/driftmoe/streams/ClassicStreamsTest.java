// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicStreamsTest {
  private static final long SEED = 13;

  /** Pins the generators, the seeds drawn for them and the drifts. */
  @ParameterizedTest
  @CsvSource({
    "agrawal_a,dd5901ac3bd07622",
    "agrawal_g,46c8f2e3f98e7411",
    "hyperplane,ba9499405225284b",
    "random_tree,4e708726cc1e0722",
    "random_tree_a,f734173c057dc6da",
    "recurring,4a34ea2f9f98f2eb"
  })
  void eventsAreTheSameEverywhere(String name, String hash) {
    assertThat(Events.hash(Events.all(StreamCatalog.open(name, 4_000, 7)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agrawal_a",
        "agrawal_g",
        "hyperplane",
        "random_tree",
        "random_tree_a",
        "recurring"
      })
  void anotherSeedGivesOtherEvents(String name) {
    List<LabeledExample> first = Events.all(StreamCatalog.open(name, 200, 1));
    assertThat(Events.all(StreamCatalog.open(name, 200, 1))).isEqualTo(first);
    assertThat(Events.all(StreamCatalog.open(name, 200, 2))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agrawal_a", "agrawal_g", "random_tree_a", "recurring"})
  void eventsAreThoseOfMoasOwnDriftStream(String name) {
    LabeledStream stream = StreamCatalog.open(name, 6_000, SEED);
    String nested = concept(name, 0);
    for (int i = 0; i < stream.plantedDrifts().size(); i++) {
      PlantedDrift drift = stream.plantedDrifts().get(i);
      nested =
          "ConceptDriftStream -s (%s) -d (%s) -p %s -w %s -r %s"
              .formatted(
                  nested,
                  concept(name, i + 1),
                  drift.position(),
                  drift.width(),
                  Seeds.drift(SEED, i));
    }
    assertThat(Events.all(stream)).isEqualTo(Events.moa(nested, 6_000));
  }

  /** Between two abrupt drifts every event is the next one of the concept's own generator. */
  @ParameterizedTest
  @ValueSource(strings = {"agrawal_a", "random_tree_a", "recurring"})
  void driftsSeparateTheConcepts(String name) {
    int events = 12_000;
    LabeledStream stream = StreamCatalog.open(name, events, SEED);
    List<PlantedDrift> drifts = stream.plantedDrifts();
    List<LabeledExample> examples = Events.all(stream);
    for (int i = 0; i <= drifts.size(); i++) {
      int from = i == 0 ? 0 : (int) drifts.get(i - 1).position() + 20;
      int to = i == drifts.size() ? events : (int) drifts.get(i).position() - 20;
      List<LabeledExample> between = examples.subList(from, to);
      List<LabeledExample> raw = Events.moa(concept(name, i), to - from + 40);
      int first = raw.indexOf(between.get(0));
      assertThat(first).as("concept %s begins", i).isNotNegative();
      assertThat(between).as("concept %s", i).isEqualTo(raw.subList(first, first + to - from));
    }
  }

  @Test
  void agrawalDriftsWhereThePapersStreamsDo() {
    assertThat(StreamCatalog.open("agrawal_a", 50_000, 1).plantedDrifts())
        .isEqualTo(StreamCatalog.open("led_a", 50_000, 1).plantedDrifts());
    assertThat(StreamCatalog.open("agrawal_g", 50_000, 1).plantedDrifts())
        .isEqualTo(StreamCatalog.open("led_g", 50_000, 1).plantedDrifts());
  }

  @Test
  void recurringConceptsComeBackEveryQuarter() {
    List<PlantedDrift> drifts = StreamCatalog.open("recurring", 120_000, 1).plantedDrifts();
    assertThat(drifts)
        .isEqualTo(IntStream.range(1, 12).mapToObj(i -> new PlantedDrift(i * 10_000L, 6)).toList());
  }

  @Test
  void hyperplaneIsMoasWithAllWeightsChanging() {
    String moa =
        "generators.HyperplaneGenerator -i %s -c 2 -a 10 -k 10 -t 0.001 -n 5 -s 10"
            .formatted(Seeds.concept(SEED, 0));
    LabeledStream stream = StreamCatalog.open("hyperplane", 5_000, SEED);
    assertThat(stream.plantedDrifts()).isEmpty();
    assertThat(Events.all(stream)).isEqualTo(Events.moa(moa, 5_000));
  }

  @Test
  void randomTreeIsMoas() {
    LabeledStream stream = StreamCatalog.open("random_tree", 5_000, SEED);
    assertThat(stream.plantedDrifts()).isEmpty();
    assertThat(Events.all(stream)).isEqualTo(Events.moa(concept("random_tree", 0), 5_000));
  }

  /** MOA's command line for the i-th concept. */
  private static String concept(String name, int i) {
    if (name.startsWith("agrawal")) {
      return "generators.AgrawalGenerator -f %s -p 0.05 -i %s"
          .formatted(i + 1, Seeds.concept(SEED, i));
    }
    int tree = name.equals("recurring") ? i % 3 : i;
    return "generators.RandomTreeGenerator -c 2 -o 5 -u 5 -v 5 -d 5 -l 3 -f 0.15 -r %s -i %s"
        .formatted(Seeds.model(SEED, tree), Seeds.concept(SEED, i));
  }
}
