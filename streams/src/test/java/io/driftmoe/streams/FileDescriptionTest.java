// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.reading;
import static io.driftmoe.streams.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDescriptionTest {
  @TempDir Path temp;

  private static FileDescription describe(Path file, Map<String, Object> given, String... ignore)
      throws IOException {
    return DataFiles.describe(file, "last", List.of(ignore), reading(given), Long.MAX_VALUE);
  }

  @Test
  void aCsvFileIsDescribedWithItsGuesses() throws IOException {
    StringBuilder text = new StringBuilder("day;temp;wind;y\n");
    for (int i = 10; i < 30; i++) {
      text.append("2020-01-").append(i).append(i % 5 == 0 ? ";NA;" : ";" + i + ",5;");
      text.append(i % 2 == 0 ? "N;low\n" : ";high\n");
    }
    FileDescription file = describe(write(temp, "a.csv", text.toString()), Map.of(), "day");
    assertThat(file.rows()).isEqualTo(20);
    assertThat(file.facts())
        .containsEntry("encoding", "UTF-8")
        .hasEntrySatisfying("separator", fact -> assertThat(fact).startsWith("';', guessed"))
        .hasEntrySatisfying("header", fact -> assertThat(fact).startsWith("yes, guessed"))
        .hasEntrySatisfying("numbers", fact -> assertThat(fact).startsWith("decimal sign ,, gue"));
    assertThat(file.columns())
        .containsExactly(
            new ColumnDescription(
                1,
                "day",
                "ignored",
                0,
                "20 values: 2020-01-10, 2020-01-11, 2020-01-12, 2020-01-13, 2020-01-14,"
                    + " 2020-01-15, …"),
            new ColumnDescription(2, "temp", "numeric", 4, "11.5 to 29.5"),
            new ColumnDescription(3, "wind", "nominal", 10, "1 value: N"),
            new ColumnDescription(4, "y", "class", 0, "2 values: low, high"));
    assertThat(file.className()).isEqualTo("y");
    assertThat(file.classes()).containsExactly(Map.entry("low", 10L), Map.entry("high", 10L));
    assertThat(file.order())
        .contains("the rows are in ascending order of 'day', a time")
        .noneMatch(order -> order.contains("class"));
    assertThat(file.faults()).isEmpty();
  }

  /** Columns a, b and c with 200 rows; these cells of c are others, by row from 0. */
  private Path numbers(String name, Map<Integer, String> others) throws IOException {
    boolean arff = name.endsWith(".arff");
    StringBuilder text =
        new StringBuilder(
            arff
                ? "@relation r\n@attribute a numeric\n@attribute c numeric\n@attribute y {u,v}\n@data\n"
                : "a,c,y\n");
    for (int i = 0; i < 200; i++) {
      text.append(i * i).append(',').append(others.getOrDefault(i, Double.toString(i % 40 / 4.0)));
      text.append(i % 3 == 0 ? ",u\n" : ",v\n");
    }
    return write(temp, name, text.toString());
  }

  @Test
  void numbersFarFromAllOthersAreSaid() throws IOException {
    Map<Integer, String> markers = new HashMap<>(Map.of(100, "1e300"));
    for (int i = 7; i < 200; i += 20) {
      markers.put(i, "-99");
    }
    assertThat(describe(numbers("a.csv", markers), Map.of()).warnings())
        .containsExactly(
            "column 'c': 10 cells hold -99, first in line 9, and all others lie from 0 to 9.75;"
                + " --missing '\"-99\"' makes it a missing value",
            "column 'c': 1 cell holds 1e300, first in line 102, and all others lie from 0 to 9.75;"
                + " --missing 1e300 makes it a missing value");
    assertThat(
            describe(numbers("a.csv", markers), Map.of("missing", List.of("-99", "1e300")))
                .warnings())
        .isEmpty();
    assertThat(describe(numbers("a.arff", markers), Map.of()).warnings())
        .hasSize(2)
        .first(STRING)
        .isEqualTo(
            "attribute 'c': 10 cells hold -99, and all others lie from 0 to 9.75;"
                + " ? stands for a missing value");
    assertThat(describe(numbers("a.csv", Map.of(5, "30", 6, "-20")), Map.of()).warnings())
        .isEmpty();
  }

  @Test
  void rowsWithoutAClassAreCounted() throws IOException {
    Path file = write(temp, "a.csv", "a,y\n1,u\n2,\n3,v\n4,?\n");
    assertThat(describe(file, Map.of()).faults())
        .singleElement(STRING)
        .contains("a.csv:3: class column 'y' is empty", "rows without a class: 2");
  }

  @Test
  void whatIsGivenIsSaid() throws IOException {
    Path file = write(temp, "a.csv", "1;2;u\n3;4;v\n");
    FileDescription given = describe(file, Map.of("separator", ";", "header", "NO"));
    assertThat(given.facts())
        .containsEntry("separator", "';', given")
        .containsEntry("header", "no, the columns are c1 to c3, given");
  }

  @Test
  void allFaultsAndWarningsAreListed() throws IOException {
    Path file = write(temp, "a.csv", "u,v,w,y\n1,1,5%,Yes\nx,2,6%,No\n3,inf,7%,yes\n");
    FileDescription description = describe(file, Map.of());
    assertThat(description.faults()).hasSize(2);
    assertThat(description.faults().get(0)).contains("a.csv:3: column 'u'");
    assertThat(description.faults().get(1)).contains("a.csv:4: column 'v'", "is not finite");
    assertThat(description.columns())
        .extracting(ColumnDescription::use)
        .containsExactly("unclear", "unclear", "numeric", "class");
    assertThat(String.join("\n", description.warnings()))
        .contains("column 'w' holds per cent")
        .contains("upper and lower case only");
  }

  @Test
  void rowsSortedByClassAreSaid() throws IOException {
    String rows = "5,a\n".repeat(8) + "3,b\n".repeat(8) + "4,c\n".repeat(8);
    assertThat(describe(write(temp, "a.csv", "x,y\n" + rows), Map.of()).order())
        .singleElement()
        .asString()
        .contains("sorted by the class 'y'");
    String arff = "@relation r\n@attribute x numeric\n@attribute y {a,b,c}\n@data\n" + rows;
    assertThat(describe(write(temp, "a.arff", arff), Map.of()).order())
        .singleElement()
        .asString()
        .contains("sorted by the class");
  }

  @Test
  void anArffFileIsDescribed() throws IOException {
    String arff =
        "@relation r\n@attribute x numeric\n@attribute n {u,v}\n@attribute y {a,b}\n@data\n";
    Path file = write(temp, "a.arff", arff + "1,u,a\n?,?,b\n2.5,v,a\n");
    FileDescription description = describe(file, Map.of());
    assertThat(description.columns())
        .containsExactly(
            new ColumnDescription(1, "x", "numeric", 1, "1 to 2.5"),
            new ColumnDescription(2, "n", "nominal", 1, "2 values: u, v"),
            new ColumnDescription(3, "y", "class", 0, "2 values: a, b"));
    assertThat(description.className()).isEqualTo("y");
    assertThat(description.facts()).containsEntry("encoding", "UTF-8");
    assertThat(description.classes()).containsExactly(Map.entry("a", 2L), Map.entry("b", 1L));
    assertThatThrownBy(() -> describe(file, Map.of("separator", ";")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separator")
        .hasMessageContaining("are for CSV");
  }

  @Test
  void allColumnsOfAnArffFileAreShown_atTheirPositions_withWhatIsWrongWithEach()
      throws IOException {
    String header =
        """
        @relation r
        @attribute y {a,b}
        @attribute text string
        @attribute old {u,v}
        @attribute n {u,v}
        @attribute x numeric
        @attribute day date
        @data
        """;
    Path file = write(temp, "a.arff", header + "a,t,w,u,1,d\nb,t,?,w,?,d\n?,t,u,u,ten,d\n");

    FileDescription described =
        DataFiles.describe(file, "y", List.of("#3", "text"), FileReading.GUESSED, 9);

    assertThat(described.columns())
        .containsExactly(
            new ColumnDescription(1, "y", "class", 1, "2 values: a, b"),
            new ColumnDescription(2, "text", "ignored", 0, "neither numeric nor nominal"),
            new ColumnDescription(3, "old", "ignored", 1, "2 values: u, v"),
            new ColumnDescription(4, "n", "unclear", 0, "2 values: u, v"),
            new ColumnDescription(5, "x", "unclear", 1, "1 to 1"),
            new ColumnDescription(6, "day", "unclear", 0, "neither numeric nor nominal"));
    assertThat(described.classes()).containsExactly(Map.entry("a", 1L), Map.entry("b", 1L));
    assertThat(described.faults()).hasSize(4);
    assertThat(String.join("\n", described.faults()))
        .contains("a.arff:11: class column 'y' is empty")
        .contains("a.arff:10: column 'n' has no value 'w'", "--ignore n leaves the column out")
        .contains("a.arff:11: column 'x' needs a number, got 'ten'")
        .contains("a.arff:7: attribute 'day' is neither", "--ignore day leaves it out");
    assertThat(DataFiles.describe(file, "x", List.of("day"), FileReading.GUESSED, 2).faults())
        .anySatisfy(fault -> assertThat(fault).contains("a.arff:6: class 'x' is not nominal"));
  }
}
