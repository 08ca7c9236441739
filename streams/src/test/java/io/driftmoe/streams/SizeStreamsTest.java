// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeStreamsTest {
  private static final long SEED = 14;

  @ParameterizedTest
  @CsvSource({
    "size_d10,10,2",
    "size_d100,100,2",
    "size_d1000,1000,2",
    "size_d10000,10000,2",
    "size_k2,10,2",
    "size_k10,10,10",
    "size_k100,10,100",
    "size_k1000,10,1000"
  })
  void sizesAreThoseOfTheNameAndTheDescription(String name, int attributes, int classes) {
    LabeledStream stream = StreamCatalog.open(name, 100, SEED);

    assertThat(stream.schema().features()).isEqualTo(attributes);
    assertThat(stream.schema().classes()).isEqualTo(classes);
    assertThat(stream.schema().attributes()).noneMatch(attribute -> attribute.isNominal());
    assertThat(stream.plantedDrifts()).isEmpty();
    assertThat(Events.all(stream)).hasSize(100);
    StreamDescription description = StreamCatalog.describe(name);
    assertThat(description.attributes()).isEqualTo(attributes);
    assertThat(description.classes()).isEqualTo(classes);
    assertThat(description.isFile()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "size_d100,2,100,50",
    "size_k2,2,10,20",
    "size_k10,10,10,100",
    "size_k100,100,10,1000",
    "size_k1000,1000,10,10000"
  })
  void eventsAreThoseOfMoasCentroids(String name, int classes, int attributes, int centroids) {
    String moa =
        "generators.RandomRBFGenerator -r %s -i %s -c %s -a %s -n %s"
            .formatted(
                Seeds.model(SEED, 0), Seeds.concept(SEED, 0), classes, attributes, centroids);

    assertThat(Events.all(StreamCatalog.open(name, 1_000, SEED))).isEqualTo(Events.moa(moa, 1_000));
  }

  /** Pins the generators and the seeds drawn for them. */
  @ParameterizedTest
  @CsvSource({
    "size_d10,a26a1a3c41f121ce",
    "size_d100,66313ba81f4522be",
    "size_d1000,62911220eb7f2bfc",
    "size_k2,60321567aa2d1486",
    "size_k10,2701f4467d4ed10c",
    "size_k100,2b1e1fc79806579f",
    "size_d10000,c4e5aa5510c09b14",
    "size_k1000,41e91ce37ddb1460"
  })
  void eventsAreTheSameEverywhere(String name, String hash) {
    assertThat(Events.hash(Events.all(StreamCatalog.open(name, 1_000, 7)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"size_d1000", "size_k100"})
  void anotherSeedGivesOtherEvents(String name) {
    List<LabeledExample> first = Events.all(StreamCatalog.open(name, 50, 1));
    assertThat(Events.all(StreamCatalog.open(name, 50, 1))).isEqualTo(first);
    assertThat(Events.all(StreamCatalog.open(name, 50, 2))).isNotEqualTo(first);
  }

  /** A class that never comes would make the problem smaller than its name says. */
  @ParameterizedTest
  @CsvSource({
    "size_k10,1",
    "size_k10,2",
    "size_k10,3",
    "size_k100,1",
    "size_k100,2",
    "size_k100,3"
  })
  void everyClassComes(String name, long seed) {
    LabeledStream stream = StreamCatalog.open(name, 20_000, seed);
    int classes = stream.schema().classes();
    Map<Integer, Long> counts =
        Events.all(stream).stream()
            .collect(Collectors.groupingBy(LabeledExample::label, Collectors.counting()));

    assertThat(counts).hasSize(classes);
  }
}
