// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.examples;
import static io.driftmoe.streams.TestFiles.open;
import static io.driftmoe.streams.TestFiles.values;
import static io.driftmoe.streams.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {
  private static final String TEXT =
      """
      height,"the, colour",late,note
      1,red,NO,-
      2.5,"bl""ue",YES,-
      ?, red ,NO,"two
      lines"

      -3e-2,,YES,-
      """;

  @TempDir Path temp;

  @Test
  void infersTypesAndReadsQuotesAndMissingValues() throws IOException {
    Path file = write(temp, "a.csv", TEXT);
    try (LabeledStream stream = open(file, "late", "note")) {
      assertThat(stream.name()).isEqualTo("a.csv");
      assertThat(stream.schema().attributes())
          .containsExactly(
              Attribute.numeric("height"),
              Attribute.nominal("the, colour", List.of("red", "bl\"ue")));
      assertThat(stream.schema().labels().names()).containsExactly("NO", "YES");
      assertThat(stream.length()).hasValue(4);
    }
    List<LabeledExample> examples = examples(file, "late", "note");
    assertThat(examples).extracting(LabeledExample::label).containsExactly(0, 1, 0, 1);
    assertThat(values(examples.get(0))).containsExactly(1, 0);
    assertThat(values(examples.get(1))).containsExactly(2.5, 1);
    assertThat(values(examples.get(2))).containsExactly(Double.NaN, 0);
    assertThat(values(examples.get(3))).containsExactly(-0.03, Double.NaN);
  }

  @Test
  void readsCarriageReturnsByteOrderMarkAndGzip() throws IOException {
    List<LabeledExample> plain = examples(write(temp, "a.csv", TEXT), "late", "note");
    String other = "\uFEFF" + TEXT.replace("\n", "\r\n").stripTrailing();
    assertThat(examples(write(temp, "b.csv", other), "late", "note")).isEqualTo(plain);
    assertThat(examples(write(temp, "c.CSV", other), "late", "note")).isEqualTo(plain);
    assertThat(examples(write(temp, "d.csv.gz", other), "late", "note")).isEqualTo(plain);
  }

  @Test
  void columnsOfAFileWithoutHeaderAreNumbered() throws IOException {
    Path file = write(temp, "a.csv", "tcp,1,x\nudp,2,y\n");
    try (LabeledStream stream = open(file, "last")) {
      assertThat(stream.schema().attributes())
          .containsExactly(Attribute.nominal("c1", List.of("tcp", "udp")), Attribute.numeric("c2"));
      assertThat(stream.schema().labels().names()).containsExactly("x", "y");
      assertThat(stream.length()).hasValue(2);
    }
    assertThat(examples(file, "c3")).isEqualTo(examples(file, "last"));
    assertThat(examples(file, "c1").get(1)).satisfies(e -> assertThat(e.label()).isEqualTo(1));
  }

  @Test
  void aColumnCalledLastIsThatColumn() throws IOException {
    Path file = write(temp, "a.csv", "last,other\nx,1\ny,2\n");
    assertThat(open(file, "last").schema().attributes())
        .containsExactly(Attribute.numeric("other"));
  }

  @Test
  void blankColumnNamesAreNumbered() throws IOException {
    Path file = write(temp, "a.csv", ",class,\"  \"\n0,x,4\n1,y,5\n");
    assertThat(open(file, "class").schema().attributes())
        .containsExactly(Attribute.numeric("c1"), Attribute.numeric("c3"));
  }

  @Test
  void numericClassesAreInNumericOrder() throws IOException {
    Path file = write(temp, "a.csv", "x,class\n1,10\n1,2\n1,-1\n1,2\n");
    assertThat(open(file, "class").schema().labels().names()).containsExactly("-1", "2", "10");
    assertThat(examples(file, "class"))
        .extracting(LabeledExample::label)
        .containsExactly(2, 1, 0, 1);
  }

  @Test
  void aColumnThatTurnsOutNominalLateKeepsItsFirstValues() throws IOException {
    Path file =
        write(
            temp, "a.csv", "x,y,class\n7,1,a\n5,2,b\n7,3,a\nsix,4,b\nsix,5,a\nten,6,b\nten,7,a\n");
    assertThat(open(file, "class").schema().attributes())
        .containsExactly(
            Attribute.nominal("x", List.of("7", "5", "six", "ten")), Attribute.numeric("y"));
    assertThat(examples(file, "class"))
        .extracting(example -> example.features().get(0))
        .containsExactly(0.0, 1.0, 0.0, 2.0, 2.0, 3.0, 3.0);
  }

  @Test
  void onlyDecimalNumbersAreNumbers() throws IOException {
    Path file = write(temp, "a.csv", "a,c,e,class\n1d,0x1,+1.,x\n1f,0x2,.5E-3,y\n");
    assertThat(open(file, "class").schema().attributes())
        .extracting(Attribute::isNominal)
        .containsExactly(true, true, false);
  }

  @Test
  void aColumnWithoutValuesIsNumericAndMissing() throws IOException {
    Path file = write(temp, "a.csv", "a,b,class\n?,1,x\n,2,y\n");
    assertThat(open(file, "class").schema().attributes()).contains(Attribute.numeric("a"));
    assertThat(examples(file, "class"))
        .allSatisfy(example -> assertThat(example.features().isMissing(0)).isTrue());
  }

  @Test
  void typesComeFromTheRowsAskedForOnly() throws IOException {
    Path file = write(temp, "a.csv", "a,class\n1,x\n2,y\nthree,z\n4\n");
    try (LabeledStream stream = DataFiles.open(file, "class", Set.of(), 2)) {
      assertThat(stream.schema().attributes()).containsExactly(Attribute.numeric("a"));
      assertThat(stream.schema().labels().names()).containsExactly("x", "y");
      assertThat(stream.length()).hasValue(2);
      stream.next();
      stream.next();
      assertThat(stream.hasNext()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,class;1,x;2,y,z       | :3: 3 fields for 2 columns",
        "a,class;1,x;2           | :3: 1 fields for 2 columns",
        "a,class;1,x;;2,         | :4: class column 'class' is empty",
        "a,class;1,x;2,?         | :3: class column 'class' is empty",
        "a,class;1,x;\"2\"3,y    | :3: there is text behind a closing quote",
        "a,class;1,x;\"2,y       | :3: a quote is not closed before the end of the file",
        "a,a,class;1,2,x         | two columns are called 'a': name one by its position, as in --ignore '#2'",
        "a,class                 | no row of data",
        "a,class;1,x;2,x         | class column 'class' needs at least two values",
        "``                      | the file is empty"
      })
  void corruptFileIsReportedWithFileAndLine(String text, String message) throws IOException {
    Path file = write(temp, "bad.csv", text.replace(";", "\n"));
    assertThatThrownBy(() -> open(file, "class"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void tooManyValuesAreRejectedNamingTheColumn() throws IOException {
    StringBuilder text = new StringBuilder("id,class\n");
    for (int i = 0; i < 10_001; i++) {
      text.append('v').append(i).append(i % 2 == 0 ? ",x\n" : ",y\n");
    }
    Path file = write(temp, "ids.csv", text.toString());
    assertThatThrownBy(() -> open(file, "class"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ids.csv:10002: column 'id'")
        .hasMessageContaining("10000")
        .hasMessageContaining("--ignore");
    assertThatThrownBy(() -> open(file, "id"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ids.csv:1002: class column 'id'");
    try (LabeledStream stream = DataFiles.open(file, "class", Set.of(), 10_000)) {
      assertThat(stream.schema().attributes().get(0).values()).hasSize(10_000);
    }
  }

  @Test
  void unknownColumnIsRejectedNamingTheExistingOnes() throws IOException {
    Path file = write(temp, "a.csv", TEXT);
    assertThatThrownBy(() -> open(file, "Late"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'Late'")
        .hasMessageContaining("height, the, colour, late, note");
    assertThatThrownBy(() -> open(file, "late", "scheduled"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'scheduled'");
  }

  @Test
  void truncatedGzipIsReported() throws IOException {
    StringBuilder text = new StringBuilder("a,class\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i * 31 % 1_009).append(i % 3 == 0 ? ",x\n" : ",y\n");
    }
    Path whole = write(temp, "whole.csv.gz", text.toString());
    assertThat(examples(whole, "class")).hasSize(50_000);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = temp.resolve("cut.csv.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> open(cut, "class"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.csv.gz:")
        .hasMessageContaining("Unexpected end");
  }
}
