// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import java.io.FileNotFoundException;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceKnowledgeTest {
  static Stream<String> known() {
    return StreamCatalog.names().stream()
        .filter(name -> StreamCatalog.describe(name).hasSources())
        .filter(SourceKnowledgeTest::isThere);
  }

  static Stream<String> regimes() {
    return StreamCatalog.names().stream().filter(name -> name.startsWith("regime_"));
  }

  @Test
  void sourcesAreKnownOfRegimesAndOfTwoDataSets() {
    assertThat(StreamCatalog.names())
        .allSatisfy(
            name ->
                assertThat(StreamCatalog.describe(name).hasSources())
                    .isEqualTo(
                        name.startsWith("regime_")
                            || name.equals("flights")
                            || name.equals("kddcup99")));
    assertThat(StreamCatalog.describe("flights").sources()).isEqualTo(16);
    assertThat(StreamCatalog.describe("kddcup99").sources()).isEqualTo(8);
    assertThat(StreamCatalog.describe("led_a").sources()).isZero();
  }

  @ParameterizedTest
  @MethodSource("regimes")
  void regimeHasTheSourcesItsDescriptionSays(String name) {
    RegimeStream stream = (RegimeStream) StreamCatalog.open(name, 10, 1);
    assertThat(StreamCatalog.describe(name).sources()).isEqualTo(stream.sources());
  }

  @ParameterizedTest
  @MethodSource("known")
  void eventsAreThoseOfTheOrdinaryStream(String name) {
    int sources = StreamCatalog.describe(name).sources();
    for (SourceKnowledge knowledge : SourceKnowledge.values()) {
      try (LabeledStream ordinary = StreamCatalog.open(name, 6_000, 4);
          LabeledStream told = StreamCatalog.openWithSources(name, knowledge, 6_000, 4)) {
        assertThat(told.name()).isEqualTo(name);
        assertThat(told.length()).isEqualTo(ordinary.length());
        assertThat(told.plantedDrifts()).isEqualTo(ordinary.plantedDrifts());
        StreamSchema schema = ordinary.schema();
        int features = schema.features();
        assertThat(told.schema().labels()).isEqualTo(schema.labels());
        assertThat(told.schema().attributes().subList(0, features)).isEqualTo(schema.attributes());
        assertThat(told.schema().attributes().subList(features, told.schema().features()))
            .isEqualTo(
                IntStream.range(0, sources)
                    .mapToObj(source -> Attribute.numeric("source" + source))
                    .toList());
        while (ordinary.hasNext()) {
          LabeledExample event = told.next();
          double[] values = TestFiles.values(event);
          double[] shares = Arrays.copyOfRange(values, features, features + sources);
          assertThat(
                  new LabeledExample(
                      FeatureVector.of(Arrays.copyOf(values, features)), event.label()))
              .isEqualTo(ordinary.next());
          assertThat(values).hasSize(features + sources);
          assertThat(Arrays.stream(shares)).allMatch(share -> share >= 0 && share <= 1);
          assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
          if (knowledge == SourceKnowledge.TRUE_SOURCE) {
            assertThat(Arrays.stream(shares)).contains(1.0);
          }
        }
        assertThat(told.hasNext()).isFalse();
        assertThatThrownBy(told::next).isInstanceOf(NoSuchElementException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"regime_s8o", "regime_h4", "regime_imb", "regime_rec", "regime_inc"})
  void trueSourceIsTheOneThatMadeTheEvent(String name) {
    RegimeStream stream = (RegimeStream) StreamCatalog.open(name, 12_000, 4);
    LabeledStream told =
        StreamCatalog.openWithSources(name, SourceKnowledge.TRUE_SOURCE, 12_000, 4);
    int[] seen = new int[stream.sources()];
    while (stream.hasNext()) {
      stream.next();
      assertThat(told.next().features().get(13 + stream.source())).isEqualTo(1);
      seen[stream.source()]++;
    }
    assertThat(Arrays.stream(seen)).allMatch(events -> events > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"regime_h4", "regime_rec", "regime_rec8", "flights", "kddcup99"})
  void posteriorIsTheTrueSourceWhereFeaturesOrTimeDetermineIt(String name) {
    if (!isThere(name)) {
      return;
    }
    try (LabeledStream posterior =
            StreamCatalog.openWithSources(name, SourceKnowledge.POSTERIOR, 20_000, 4);
        LabeledStream truth =
            StreamCatalog.openWithSources(name, SourceKnowledge.TRUE_SOURCE, 20_000, 4)) {
      while (truth.hasNext()) {
        assertThat(posterior.next()).isEqualTo(truth.next());
      }
    }
  }

  /** Of events whose source is said to be s with probability p, the share p must come from s. */
  @ParameterizedTest
  @CsvSource({
    "regime_s4o,4",
    "regime_s8o,8",
    "regime_mc4,4",
    "regime_imb,4",
    "regime_s4s,4",
    "regime_skew,4"
  })
  void posteriorIsCalibrated(String name, int sources) {
    RegimeStream stream = (RegimeStream) StreamCatalog.open(name, 20_000, 5);
    LabeledStream told = StreamCatalog.openWithSources(name, SourceKnowledge.POSTERIOR, 20_000, 5);
    double[] said = new double[10];
    double[] happened = new double[10];
    double[] variance = new double[10];
    while (stream.hasNext()) {
      stream.next();
      FeatureVector features = told.next().features();
      for (int source = 0; source < sources; source++) {
        double probability = features.get(13 + source);
        int bin = (int) Math.min(9, 10 * probability);
        said[bin] += probability;
        variance[bin] += probability * (1 - probability);
        happened[bin] += stream.source() == source ? 1 : 0;
      }
    }
    for (int bin = 0; bin < 10; bin++) {
      assertThat(happened[bin])
          .as("bin %s", bin)
          .isCloseTo(said[bin], within(4 * Math.sqrt(variance[bin]) + 1));
    }
  }

  /** A posterior that were only calibrated might say next to nothing. */
  @ParameterizedTest
  @CsvSource({"regime_s4o,0.06,0.2", "regime_s8o,0.06,0.2", "regime_s4s,0,0.005"})
  void likeliestSourceIsWrongAsOftenAsClustersOverlap(String name, double least, double most) {
    RegimeStream stream = (RegimeStream) StreamCatalog.open(name, 20_000, 5);
    LabeledStream told = StreamCatalog.openWithSources(name, SourceKnowledge.POSTERIOR, 20_000, 5);
    double wrong = 0;
    double unlikely = 0;
    while (stream.hasNext()) {
      stream.next();
      FeatureVector features = told.next().features();
      int likeliest = 0;
      for (int source = 1; source < stream.sources(); source++) {
        likeliest = features.get(13 + source) > features.get(13 + likeliest) ? source : likeliest;
      }
      wrong += likeliest == stream.source() ? 0 : 1;
      unlikely += 1 - features.get(13 + likeliest);
    }
    assertThat(wrong / 20_000).isBetween(least, most).isCloseTo(unlikely / 20_000, within(0.008));
  }

  @Test
  void sourceOfAFlightIsItsAirportsAndItsHours() {
    StreamSchema schema =
        schema(
            Attribute.numeric("minute_of_day"),
            Attribute.nominal("origin", List.of("BOI", "DEN", "ORD")),
            Attribute.nominal("destination", List.of("ORD", "BOI")));
    FlightSources sources = new FlightSources(schema);
    assertThat(sources.source(FeatureVector.of(0, 2, 0))).isZero();
    assertThat(sources.source(FeatureVector.of(359, 1, 0))).isZero();
    assertThat(sources.source(FeatureVector.of(360, 1, 0))).isEqualTo(1);
    assertThat(sources.source(FeatureVector.of(1_439, 1, 0))).isEqualTo(3);
    assertThat(sources.source(FeatureVector.of(720, 1, 1))).isEqualTo(4 + 2);
    assertThat(sources.source(FeatureVector.of(1_080, 0, 0))).isEqualTo(8 + 3);
    assertThat(sources.source(FeatureVector.of(1, 0, 1))).isEqualTo(12);
    assertThat(sources.source(FeatureVector.of(1, Double.NaN, 0))).isEqualTo(8);
  }

  @Test
  void sourceOfAConnectionIsItsService() {
    StreamSchema schema =
        schema(
            Attribute.numeric("c1"),
            Attribute.nominal("c3", List.of("http", "pop_3", "other", "ecr_i")));
    ConnectionSources sources = new ConnectionSources(schema);
    assertThat(sources.source(FeatureVector.of(0, 3))).isZero();
    assertThat(sources.source(FeatureVector.of(0, 0))).isEqualTo(2);
    assertThat(sources.source(FeatureVector.of(0, 2))).isEqualTo(4);
    assertThat(sources.source(FeatureVector.of(0, 1))).isEqualTo(7);
    assertThat(sources.source(FeatureVector.of(0, Double.NaN))).isEqualTo(7);
  }

  @Test
  void dataSetWithoutTheAttributeIsRejectedAndClosed() {
    boolean[] closed = new boolean[1];
    LabeledStream other =
        new LabeledStream() {
          private final LabeledStream stream = StreamCatalog.open("sea_a", 10, 1);

          @Override
          public String name() {
            return stream.name();
          }

          @Override
          public StreamSchema schema() {
            return stream.schema();
          }

          @Override
          public OptionalLong length() {
            return stream.length();
          }

          @Override
          public boolean hasNext() {
            return stream.hasNext();
          }

          @Override
          public LabeledExample next() {
            return stream.next();
          }

          @Override
          public void close() {
            closed[0] = true;
          }
        };
    CataloguedStream catalogued =
        new CataloguedStream(
            StreamCatalog.describe("kddcup99"),
            (name, events, seed) -> other,
            stream -> new ConnectionSources(stream.schema()));
    assertThatThrownBy(() -> catalogued.openWithSources(SourceKnowledge.POSTERIOR, 10, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'kddcup99'")
        .hasMessageContaining("'c3'");
    assertThat(closed).containsExactly(true);
  }

  @ParameterizedTest
  @EnumSource(SourceKnowledge.class)
  void streamWithoutSourcesIsRejectedNamingThoseThatHaveSome(SourceKnowledge knowledge) {
    assertThatThrownBy(() -> StreamCatalog.openWithSources("led_a", knowledge, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'led_a'")
        .hasMessageContaining("regime_s4s, regime_s8s")
        .hasMessageEndingWith("kddcup99, flights are");
  }

  @Test
  void illegalArgumentsAreRejected() {
    assertThatThrownBy(() -> StreamCatalog.openWithSources("led", SourceKnowledge.POSTERIOR, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'led'");
    assertThatThrownBy(
            () -> StreamCatalog.openWithSources("regime_h4", SourceKnowledge.POSTERIOR, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("events");
    assertThatThrownBy(() -> StreamCatalog.openWithSources("regime_h4", null, 10, 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("knowledge");
  }

  private static StreamSchema schema(Attribute... attributes) {
    return new StreamSchema(List.of(attributes), new LabelSpace(List.of("no", "yes")));
  }

  private static boolean isThere(String name) {
    StreamDescription description = StreamCatalog.describe(name);
    try {
      return !description.isFile() || DataFolder.firstOf(description.files()) != null;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
