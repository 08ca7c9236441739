// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamDescriptionTest {
  static Stream<String> generators() {
    return StreamCatalog.names().stream().filter(n -> !StreamCatalog.describe(n).isFile());
  }

  static Stream<String> files() {
    return StreamCatalog.names().stream().filter(n -> StreamCatalog.describe(n).isFile());
  }

  @ParameterizedTest
  @MethodSource("generators")
  void generatorHasTheCountsItsDescriptionSays(String name) {
    StreamDescription description = StreamCatalog.describe(name);
    LabeledStream stream = StreamCatalog.open(name, 3_000, 1);
    assertThat(description.name()).isEqualTo(name).isEqualTo(stream.name());
    assertThat(description.attributes()).isEqualTo(stream.schema().features());
    assertThat(description.classes()).isEqualTo(stream.schema().classes());
    assertThat(stream.length()).hasValue(3_000);

    int[] counts = new int[description.classes()];
    int events = 0;
    for (; stream.hasNext(); events++) {
      LabeledExample example = stream.next();
      assertThat(example.features().size()).isEqualTo(description.attributes());
      counts[example.label()]++;
    }
    assertThat(events).isEqualTo(3_000);
    int least =
        switch (name) {
          // MOA draws the centroids' classes: of a hundred some have few, of a thousand some none
          case "size_k100" -> 0;
          case "size_k1000" -> -1;
          // the rarest class has 2 % of the events
          case "regime_skew" -> 30;
          // the last class has an eighth of the last two eighths
          case "regime_inc" -> 50;
          default -> 3_000 / description.classes() / 5;
        };
    assertThat(IntStream.of(counts)).allMatch(count -> count > least);
  }

  @ParameterizedTest
  @MethodSource("generators")
  void driftsLieInOrderWithinTheStream(String name) {
    List<PlantedDrift> drifts = StreamCatalog.open(name, 60_000, 1).plantedDrifts();
    String summary = StreamCatalog.describe(name).summary();
    assertThat(drifts)
        .extracting(PlantedDrift::position)
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(position -> position > 1 && position <= 60_000);
    if (summary.matches(".* (3|11) (abrupt|gradual) drifts.*")) {
      assertThat(summary).contains(" " + drifts.size() + " ");
      long width = summary.contains("gradual") ? 3_000 : 3;
      assertThat(drifts).isNotEmpty().allMatch(drift -> drift.width() == width);
    } else if (summary.contains("every 10,000 events")) {
      assertThat(drifts).hasSize(5);
    } else if (summary.contains("turns of 5,000 events")) {
      assertThat(drifts).hasSize(11);
    } else if (summary.contains("turns of 2,500 events")) {
      assertThat(drifts).hasSize(23);
    } else if (summary.contains("every eighth of the stream")) {
      assertThat(drifts).hasSize(6);
    } else if (name.equals("causal_a")) {
      assertThat(drifts).hasSize(3).allMatch(drift -> drift.width() == 1);
    } else {
      assertThat(drifts).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileHasTheCountsItsDescriptionSays(String name) {
    StreamDescription description = StreamCatalog.describe(name);
    if (!isThere(description)) {
      assertThatThrownBy(() -> StreamCatalog.open(name, 100, 1))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(description.files().get(0))
          .hasMessageContaining(DataFolder.VARIABLE);
      return;
    }
    // The first 400,000 rows of the largest files have all that the rest has.
    try (LabeledStream stream = StreamCatalog.open(name, 400_000, 1)) {
      assertThat(stream.name()).isEqualTo(name);
      assertThat(stream.schema().features()).isEqualTo(description.attributes());
      assertThat(stream.schema().classes()).isEqualTo(description.classes());
      assertThat(stream.plantedDrifts()).isEmpty();
      assertThat(stream.next().label()).isLessThan(description.classes());
      description
          .group()
          .ifPresent(
              group ->
                  assertThat(stream.schema().attributes())
                      .filteredOn(attribute -> attribute.name().equals(group))
                      .singleElement()
                      .matches(attribute -> attribute.isNominal()));
      String rows = String.format(Locale.ROOT, "%,d ", stream.length().orElseThrow());
      if (stream.length().orElseThrow() < 400_000) {
        assertThat(description.summary()).startsWith(rows);
      }
    }
  }

  @Test
  void firstOfTheFilesThatIsThereIsRead(@TempDir Path folder) throws IOException {
    List<String> names = StreamCatalog.describe("covtype").files();
    assertThatThrownBy(() -> DataFolder.firstOf(names, folder.toString(), folder))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("covtypeNorm.arff or covtypeNorm.arff.gz or covtype.arff")
        .hasMessageContaining(folder.toString());

    TestFiles.write(folder, "covtype.csv", "1,2,5\n3,4,2\n");
    assertThat(DataFolder.firstOf(names, folder.toString(), folder)).hasFileName("covtype.csv");

    TestFiles.write(folder, "covtypeNorm.arff", "");
    assertThat(DataFolder.firstOf(names, folder.toString(), folder))
        .hasFileName("covtypeNorm.arff");
  }

  @Test
  void dataSetIsReadFromAnyOfItsForms(@TempDir Path folder) throws IOException {
    CataloguedStream airlines =
        DataSetStreams.ofThePaper().stream()
            .filter(stream -> stream.name().equals("airlines"))
            .findFirst()
            .orElseThrow();
    Path arff =
        TestFiles.write(
            folder,
            "airlines.arff",
            """
            @relation airlines
            @attribute Airline {CO,US}
            @attribute Length numeric
            @attribute Delay {0,1}
            @data
            CO,205,1
            US,222,0
            """);
    Path csv =
        TestFiles.write(folder, "airlines.csv", "Airline,Length,Delay\nCO,205,1\nUS,222,0\n");
    for (Path file : List.of(arff, csv)) {
      try (LabeledStream stream =
          DataSetStreams.open(airlines.description(), file, "last", Set.of(), 100)) {
        assertThat(stream.name()).isEqualTo("airlines");
        assertThat(stream.length()).hasValue(2);
        assertThat(stream.next().label()).isEqualTo(1);
        assertThat(stream.next().features().get(1)).isEqualTo(222);
        assertThat(stream.hasNext()).isFalse();
      }
    }
  }

  @Test
  void unknownNameIsRejectedNamingTheKnownOnes() {
    assertThatThrownBy(() -> StreamCatalog.describe("regime"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'regime'")
        .hasMessageContaining("regime_s4s, regime_s8s");
  }

  @Test
  void sourcesNameWhereTheStreamComesFrom() {
    assertThat(StreamCatalog.describe("agrawal_a").source())
        .contains("AgrawalGenerator")
        .contains("Agrawal et al. 1993");
    assertThat(StreamCatalog.describe("covtype").source()).contains("Blackard and Dean 1999");
  }

  @Test
  void illegalFieldsAreRejectedByName() {
    assertThatThrownBy(() -> new StreamDescription("n", 0, 2, "s", "t", List.of()))
        .hasMessageContaining("attributes");
    assertThatThrownBy(() -> new StreamDescription("n", 1, 1, "s", "t", List.of()))
        .hasMessageContaining("classes");
    assertThatThrownBy(() -> new StreamDescription(" ", 1, 2, "s", "t", List.of()))
        .hasMessageContaining("name");
    assertThatThrownBy(() -> new StreamDescription("n", 1, 2, "", "t", List.of()))
        .hasMessageContaining("summary");
    assertThatThrownBy(() -> new StreamDescription("n", 1, 2, "s", " ", List.of()))
        .hasMessageContaining("source");
    for (int sources : new int[] {-1, 1}) {
      assertThatThrownBy(() -> new StreamDescription("n", 1, 2, "s", "t", List.of(), sources))
          .hasMessageContaining("sources")
          .hasMessageContaining("got " + sources);
    }
  }

  private static boolean isThere(StreamDescription description) {
    try {
      DataFolder.firstOf(description.files());
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
