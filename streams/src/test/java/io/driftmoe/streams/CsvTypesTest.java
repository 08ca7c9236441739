// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.open;
import static io.driftmoe.streams.TestFiles.reading;
import static io.driftmoe.streams.TestFiles.rows;
import static io.driftmoe.streams.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types of columns: words for missing values, odd words, and numbers in other notations. */
class CsvTypesTest {
  private static final double NONE = Double.NaN;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "?", "", " NA "})
  void usualWordsAreMissingAmongNumbers(String word) throws IOException {
    Path file = write(temp, "a.csv", "temp,y\n1.5,a\n" + word + ",b\n2.5,a\n3.5,b\n");
    assertThat(open(file, "y").schema().attributes()).containsExactly(Attribute.numeric("temp"));
    assertThat(rows(file, "y", FileReading.GUESSED))
        .containsExactly(
            List.of(1.5, 0.0), List.of(NONE, 1.0), List.of(2.5, 0.0), List.of(3.5, 1.0));
  }

  @Test
  void amongNamesTheyAreNames_whichIsSaid() throws IOException {
    Path file = write(temp, "a.csv", "land,x,y\nDE,1,a\nNA,2,b\nFR,3,a\nNA,4,b\n?,5,a\n");
    try (LabeledStream stream = open(file, "y")) {
      assertThat(stream.schema().attributes().get(0).values()).containsExactly("DE", "NA", "FR");
      assertThat(String.join("\n", stream.notes()))
          .contains("column 'land'")
          .contains("'NA' (2 times)")
          .contains("--missing NA");
    }
    assertThat(rows(file, "y", reading(Map.of("missing", List.of("NA", "?")))))
        .containsExactly(
            List.of(0.0, 1.0, 0.0),
            List.of(NONE, 2.0, 1.0),
            List.of(1.0, 3.0, 0.0),
            List.of(NONE, 4.0, 1.0),
            List.of(NONE, 5.0, 0.0));
  }

  @Test
  void wordsForMissingCanBeGiven() throws IOException {
    Path file = write(temp, "a.csv", "x,y\n1,a\n-999,b\nn.d.,a\n,b\n");
    assertThat(rows(file, "y", reading(Map.of("missing", List.of("-999", "n.d.")))))
        .containsExactly(
            List.of(1.0, 0.0), List.of(NONE, 1.0), List.of(NONE, 0.0), List.of(NONE, 1.0));
  }

  @Test
  void wordsThatAreGivenCountBesideTheUsualOnes() throws IOException {
    Path file = write(temp, "a.csv", "x,n,y\n1,u,a\nNA,?,b\n--,v,a\n2,--,b\n");
    assertThat(rows(file, "y", reading(Map.of("missing", List.of("--")))))
        .containsExactly(
            List.of(1.0, 0.0, 0.0),
            List.of(NONE, NONE, 1.0),
            List.of(NONE, 1.0, 0.0),
            List.of(2.0, NONE, 1.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "n.a.       | --missing n.a. or --numeric",
        "--         | --missing '\"--\"' or --numeric",
        "<NA>       | --missing '<NA>' or --numeric",
        "#N/A       | --missing '#N/A' or --numeric",
        "\"n,\"\"a\"\"\" | --missing '\"n,\"\"a\"\"\"' or --numeric",
        "it's       | --missing 'it'\\''s' or --numeric"
      })
  void theOptionThatSettlesAWordCanBeTyped(String word, String option) throws IOException {
    Path file = write(temp, "a.csv", "x,y\n1,a\n" + word + ",b\n2,a\n3,b\n");
    assertThatThrownBy(() -> open(file, "y")).hasMessageContaining(option);
  }

  @Test
  void longTextsAreCutInMessages() throws IOException {
    String name = "x".repeat(3_000);
    Path file = write(temp, "a.csv", name + ",y\n1,a\n" + "w".repeat(900) + ",b\n2,a\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("x…' holds numbers, and only 'www")
        .message()
        .hasSizeLessThan(600);
    Path breaks = write(temp, "b.csv", "x,y\n1,a\n\"v\nw\",b\n2,a\n");
    assertThatThrownBy(() -> open(breaks, "y"))
        .hasMessageContaining("only 'v\\nw' (once) is none: --numeric x takes");
    assertThatThrownBy(() -> open(file, "z")).message().hasSizeLessThan(400);
  }

  @Test
  void aLateWordAmongNumbersIsNamedWithItsLineAndTheWaysOut() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 12_000; i++) {
      text.append(i / 2.0).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    Path file = write(temp, "late.csv.gz", text + "unknown,a\n1,b\n");
    assertThatThrownBy(() -> open(file, "y"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("late.csv.gz:12002: column 'x'")
        .hasMessageContaining("'unknown' (once)")
        .hasMessageContaining("--missing unknown")
        .hasMessageContaining("--numeric x")
        .hasMessageContaining("--nominal x")
        .hasMessageContaining("--ignore x");
    assertThat(rows(file, "y", reading(Map.of("numeric", List.of("x")))).get(12_000))
        .containsExactly(NONE, 0.0);
    assertThat(rows(file, "y", reading(Map.of("missing", List.of("unknown")))).get(12_000))
        .containsExactly(NONE, 0.0);
    assertThatThrownBy(() -> rows(file, "y", reading(Map.of("nominal", List.of("x")))))
        .hasMessageContaining("more than 10000 distinct values");
  }

  @Test
  void anyGuessOfATypeCanBeOverruled() throws IOException {
    Path file = write(temp, "a.csv", "zip,code,y\n01234,A1,a\n99999,7,b\n01234,B2,a\n5,9,b\n");
    FileReading given = reading(Map.of("nominal", List.of("zip"), "numeric", List.of("#2")));
    try (LabeledStream stream = DataFiles.open(file, "y", List.of(), given, 100)) {
      assertThat(stream.schema().attributes())
          .containsExactly(
              Attribute.nominal("zip", List.of("01234", "99999", "5")), Attribute.numeric("code"));
      assertThat(String.join("\n", stream.notes()))
          .contains("column 'code': 2 cells are no numbers and count as missing, first 'A1'");
    }
    assertThat(rows(file, "y", given).get(2)).containsExactly(0.0, NONE, 0.0);
  }

  @Test
  void moreWordsThanNumbersAreNames_whichIsSaid() throws IOException {
    Path file = write(temp, "a.csv", "room,y\nA1,a\n12,b\nB2,a\nC3,b\n");
    try (LabeledStream stream = open(file, "y")) {
      assertThat(stream.schema().attributes().get(0).values())
          .containsExactly("A1", "12", "B2", "C3");
      assertThat(String.join("\n", stream.notes()))
          .contains("1 numbers")
          .contains("--numeric room");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inf          | is not finite",
        "-Infinity    | is not finite",
        "1e400        | is out of range",
        "-1E+999      | is out of range",
        "'\"1,234\"'  | --thousands ,",
        "'\"1,234.5\"'| --thousands ,",
        "'\"1,5\"'    | --decimal ,",
        "1.234.567    | --thousands .",
        "1 234        | --thousands",
        "12%          | has a per cent sign",
        "$5           | has a sign of a currency",
        "₹ 5.20       | has a sign of a currency",
        "5₩           | has a sign of a currency",
        "−5           | has a minus sign that is no hyphen"
      })
  void numbersInAnotherNotationAreNamed(String text, String message) throws IOException {
    Path file = write(temp, "a.csv", "x,z,y\n1,0,a\n2,0,b\n" + text + ",0,a\n4,0,b\n");
    assertThatThrownBy(() -> open(file, "y"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.csv:4: column 'x' holds '" + text.replace("\"", "") + "'")
        .hasMessageContaining(message)
        .hasMessageContaining("--ignore x");
    assertThat(rows(file, "y", reading(Map.of("numeric", List.of("x")))).get(2))
        .containsExactly(NONE, 0.0, 0.0);
  }

  @Test
  void thousandsAndDecimalCommaAreReadWhenGiven() throws IOException {
    Path english = write(temp, "a.csv", "x,y\n\"1,234\",a\n\"-1,234,567.5\",b\n12,a\n");
    assertThat(rows(english, "y", reading(Map.of("thousands", ","))))
        .containsExactly(List.of(1234.0, 0.0), List.of(-1234567.5, 1.0), List.of(12.0, 0.0));
    Path german = write(temp, "b.csv", "x;y\n1.234;a\n-1.234.567,5;b\n12;a\n");
    assertThat(rows(german, "y", reading(Map.of("thousands", ".", "decimal", ","))))
        .containsExactly(List.of(1234.0, 0.0), List.of(-1234567.5, 1.0), List.of(12.0, 0.0));
  }

  @Test
  void aColumnOfPerCentsIsReadWithoutTheSign_whichIsSaid() throws IOException {
    Path file = write(temp, "a.csv", "x,y\n12%,a\n3.5 %,b\nNA,a\n");
    assertThat(rows(file, "y", FileReading.GUESSED))
        .containsExactly(List.of(12.0, 0.0), List.of(3.5, 1.0), List.of(NONE, 0.0));
    try (LabeledStream stream = open(file, "y")) {
      assertThat(String.join("\n", stream.notes())).contains("column 'x' holds per cent");
    }
  }

  @Test
  void aHeaderInTheMiddleIsNamed() throws IOException {
    Path file = write(temp, "a.csv", "x,y\n1,a\n2,b\nx,y\n3,a\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:4: the names of the columns occur again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"%s.01.2020", "01/%s/20", "2020/3/%s 10:15", "%s:30", "23:%s:05.5", "2020-01-%sT03"})
  void datesAndTimesAreSaid(String pattern) throws IOException {
    StringBuilder text = new StringBuilder("day,x,y\n");
    for (int i = 10; i < 40; i++) {
      text.append(pattern.formatted(10 + i % 10)).append(i % 2 == 0 ? ",1,a\n" : ",2,b\n");
    }
    try (LabeledStream stream = open(write(temp, "a.csv", text.toString()), "y")) {
      assertThat(stream.notes())
          .contains(
              "column 'day' holds 10 dates or times, each of which counts as a name; --ignore day"
                  + " leaves it out");
    }
  }

  @Test
  void unitsBehindNumbersAreSaid() throws IOException {
    StringBuilder text = new StringBuilder("x,k,y\n");
    for (int i = 0; i < 40; i++) {
      text.append(i % 8).append(".5 kg,").append(i % 8).append("ab".charAt(i % 2)).append(",u\n");
    }
    try (LabeledStream stream = open(write(temp, "a.csv", text + "1 kg,1c,v\n"), "y")) {
      assertThat(stream.notes())
          .contains(
              "column 'x' holds numbers, but ' kg' behind each of them makes them names: remove it")
          .noneMatch(note -> note.contains("column 'k'"));
    }
  }

  @Test
  void whatNumbersLoseIsSaid() throws IOException {
    Path file =
        write(temp, "a.csv", "id,zip,y\n12345678901234567890,01,a\n12345678901234567891,02,b\n");
    try (LabeledStream stream = open(file, "y")) {
      assertThat(String.join("\n", stream.notes()))
          .contains("column 'id' holds whole numbers of more than 15 digits")
          .contains("column 'zip' holds numbers such as '01'")
          .contains("--nominal zip");
    }
  }

  @Test
  void allFaultyColumnsAreCounted() throws IOException {
    Path file = write(temp, "a.csv", "u,v,y\n1,1,a\nx,2,b\n3,z,a\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:3: column 'u'")
        .hasMessageContaining("columns with faults: 2");
  }

  @Test
  void aTextTooLongForAValueIsRefused() throws IOException {
    Path file = write(temp, "a.csv", "note,y\nshort,a\n" + "w".repeat(1_001) + ",b\nx,a\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:3: column 'note' holds a text of 1001 characters");
  }
}
