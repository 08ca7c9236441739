// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.open;
import static io.driftmoe.streams.TestFiles.reading;
import static io.driftmoe.streams.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spellings of a class, and columns that are none. */
class CsvClassesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,0,1.0,01,0.0,1.00            | 0 1         | 1 0 1 1 0 1 | are one class, '1'",
        "true,False,TRUE,True,false     | true False  | 0 1 0 0 1   | are one class, 'true'",
        "a,b,\"a \",\" b\",a            | a b         | 0 1 0 1 0   | ''",
        "-0,1,0,1                       | 0 1         | 0 1 0 1     | are one class, '0'",
        "Yes,No,yes,No                  | Yes No yes  | 0 1 2 1     | upper and lower case only",
        "1,true,0,1                     | 1 true 0    | 0 1 2 0     | may mean the same",
        "a,NA,a,b                       | a NA b      | 0 1 0 2     | looks like a missing label",
        "10,9,1e1,9.0                   | 9 10        | 1 0 1 0     | are one class"
      })
  void spellingsOfOneNumberOrBooleanAreOneClass(
      String column, String names, String labels, String note) throws IOException {
    StringBuilder text = new StringBuilder("x,class\n");
    for (String value : column.split(",")) {
      text.append("1,").append(value).append('\n');
    }
    Path file = write(temp, "a.csv", text.toString());
    try (LabeledStream stream = open(file, "class")) {
      assertThat(stream.schema().labels().names()).containsExactly(names.split(" "));
      assertThat(String.join("\n", stream.notes())).contains(note);
      for (String label : labels.split(" ")) {
        assertThat(stream.next().label()).isEqualTo(Integer.parseInt(label));
      }
    }
  }

  @Test
  void manyDecimalsAskWhetherRegressionIsMeant() throws IOException {
    StringBuilder text = new StringBuilder("x,price\n");
    for (int i = 0; i < 1_500; i++) {
      text.append(i).append(',').append(i % 500 + 0.25).append('\n');
    }
    Path file = write(temp, "a.csv", text.toString());
    assertThatThrownBy(() -> open(file, "last"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("class column 'price' holds 500 different numbers with decimals")
        .hasMessageContaining("regression")
        .hasMessageContaining("--nominal price");
    FileReading given = reading(Map.of("nominal", List.of("price")));
    try (LabeledStream stream = DataFiles.open(file, "last", List.of(), given, 2_000)) {
      assertThat(stream.schema().classes()).isEqualTo(500);
    }
    Path more = write(temp, "b.csv", text + "1,7.5\n1,NA\n");
    assertThatThrownBy(() -> open(more, "last")).hasMessageContaining("different numbers with dec");
  }

  @Test
  void moreDecimalsThanClassesAreAllowedAlsoAskForRegression() throws IOException {
    StringBuilder text = new StringBuilder("x,price\n");
    for (int i = 0; i < 3_000; i++) {
      text.append(i).append(',').append(i + 0.5).append('\n');
    }
    Path file = write(temp, "a.csv", text.toString());
    assertThatThrownBy(() -> open(file, "last"))
        .hasMessageContaining("holds more than 1000 different numbers with decimals");
  }

  @Test
  void fewDecimalsAndWholeNumbersAreClasses() throws IOException {
    StringBuilder text = new StringBuilder("x,grade,hour\n");
    for (int i = 0; i < 300; i++) {
      text.append("1,").append(i % 10 / 2.0).append(',').append(i % 24).append(".0\n");
    }
    Path file = write(temp, "a.csv", text.toString());
    assertThat(open(file, "grade").schema().classes()).isEqualTo(10);
    assertThat(open(file, "hour").schema().classes()).isEqualTo(24);
  }

  @Test
  void spellingsThatAnArffFileDeclaresStayClasses_whichIsSaid() throws IOException {
    String arff = "@relation r\n@attribute x real\n@attribute y {1,1.0,true,TRUE}\n@data\n2,1.0\n";
    try (LabeledStream stream = open(write(temp, "a.arff", arff), "y")) {
      assertThat(stream.next().label()).isEqualTo(1);
      assertThat(String.join("\n", stream.notes()))
          .contains("attribute 'y': classes '1', '1.0' mean the same and count as different")
          .contains("classes 'true', 'TRUE' mean the same");
    }
  }

  @Test
  void theClassCannotBeNumericOrIgnored() throws IOException {
    Path file = write(temp, "a.csv", "x,y\n1,2\n3,4\n");
    FileReading given = reading(Map.of("numeric", List.of("y")));
    assertThatThrownBy(() -> DataFiles.open(file, "y", List.of(), given, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is the class and cannot be numeric");
    assertThatThrownBy(() -> open(file, "y", "#2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is the class and cannot be ignored");
  }
}
