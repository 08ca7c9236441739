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
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArffFileTest {
  private static final String HEADER =
      """
      % a comment
      @RELATION 'what ever'

      @attribute 'first one' NUMERIC
      @attribute\tverdict {yes, 'not sure', no}
      @Attribute "it's" {a,'b\\'c',"d,e"}  % another
      @attribute size real
      @attribute id string
      @DATA
      """;
  private static final String ROWS =
      """
      1, yes, a, 2.5, x
      % between
      -1e3,'not sure',"b'c",?,"y, z"

      ?,no,'d,e',+.5,? % behind
      """;

  private static final String C = ";@attribute c {x,y};@data;1,x";

  @TempDir Path temp;

  @Test
  void readsTypesQuotesCommentsAndMissingValues() throws IOException {
    Path file = write(temp, "a.arff", HEADER + ROWS);
    try (LabeledStream stream = open(file, "verdict", "id")) {
      assertThat(stream.name()).isEqualTo("a.arff");
      assertThat(stream.schema().attributes())
          .containsExactly(
              Attribute.numeric("first one"),
              Attribute.nominal("it's", List.of("a", "b'c", "d,e")),
              Attribute.numeric("size"));
      assertThat(stream.schema().labels().names()).containsExactly("yes", "not sure", "no");
      assertThat(stream.length()).hasValue(3);
      assertThat(stream.plantedDrifts()).isEmpty();
    }
    List<LabeledExample> examples = examples(file, "verdict", "id");
    assertThat(examples).extracting(LabeledExample::label).containsExactly(0, 1, 2);
    assertThat(values(examples.get(0))).containsExactly(1, 0, 2.5);
    assertThat(values(examples.get(1))).containsExactly(-1000, 1, Double.NaN);
    assertThat(values(examples.get(2))).containsExactly(Double.NaN, 2, 0.5);
  }

  @Test
  void readsCarriageReturnsByteOrderMarkAndGzip() throws IOException {
    List<LabeledExample> plain = examples(write(temp, "a.arff", HEADER + ROWS), "verdict", "id");
    String other = "\uFEFF" + (HEADER + ROWS).replace("\n", "\r\n").stripTrailing();
    assertThat(examples(write(temp, "b.arff", other), "verdict", "id")).isEqualTo(plain);
    assertThat(examples(write(temp, "c.ARFF", other), "verdict", "id")).isEqualTo(plain);
    assertThat(examples(write(temp, "d.arff.gz", other), "verdict", "id")).isEqualTo(plain);
  }

  @Test
  void readsRowsThatEndInAComma_asMoaWritesThem() throws IOException {
    Path plain = write(temp, "a.arff", HEADER + "1,yes,a,1,x\n2,no,'d,e',2,y\n");
    Path moas = write(temp, "b.arff", HEADER + "1,yes,a,1,x,\n2,no,'d,e',2,y, % behind\n");

    assertThat(examples(moas, "verdict", "id")).isEqualTo(examples(plain, "verdict", "id"));
  }

  @Test
  void readsNoMoreThanAskedFor() throws IOException {
    Path file = write(temp, "a.arff", HEADER + ROWS + "broken");
    try (LabeledStream stream = DataFiles.open(file, "verdict", Set.of("id"), 2)) {
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
        "1,maybe,a,1,x            | column 'verdict' has no value 'maybe' (declared: yes, not sure",
        "1,yes,b,1,x              | column 'it's' has no value 'b' (declared: a, b'c, d,e): declare it, or --ignore '#3'",
        "1,yes,a,x                | 4 values for 5 attributes: a missing value is written ?",
        "1,yes,a,1,x,2            | 6 values for 5 attributes: a value that holds blanks",
        "1,yes,a,1,               | 4 values for 5 attributes",
        "1,yes,a,5%,x             | 4 values for 5 attributes: a per cent sign outside quotes begins",
        "1;yes;a;1;x              | 1 values for 5 attributes: commas or blanks separate values",
        "1,yes,a,1,x,,            | 6 values for 5 attributes",
        "1;2,yes,a,1,x            | column 'first one' needs a number, got '1;2': ? stands for",
        "1,yes,a,1e999,x          | column 'size' needs a number, got '1e999'",
        "1,yes,a,0x1,x            | column 'size' needs a number, got '0x1'",
        "1,yes,a,,x               | column 'size' needs a number, got ''",
        "1,?,a,1,x                | class column 'verdict' is empty: remove this row",
        "1,'yes,a,1,x             | a quoted value is not closed",
        "1,'yes'no,a,1,x          | text after a quoted value",
        "{0 1, 1 yes              | a sparse row must end in }",
        "{0 1, 0 2}               | position 0 in a sparse row, after 0 and of 5 attributes",
        "{5 x}                    | position 5 in a sparse row, after -1 and of 5 attributes",
        "{-1 x}                   | needs the position of an attribute from 0, got '-1'",
        "{0 1} 2                  | text after a sparse row: 2",
        "1,yes,a,1,x {heavy}      | the weight of a row must be a number",
        "1,yes,a,1,x {-1}         | the weight of a row must be a number",
        "1,yes,a,1,x {1} 2        | the weight of a row must be a number"
      })
  void corruptRowIsReportedWithFileAndLine(String row, String message) throws IOException {
    Path file = write(temp, "bad.arff", HEADER + "1,yes,a,1,x\n\n" + row + "\n1,yes,a,1,x\n");
    assertThatThrownBy(() -> open(file, "verdict", "id"))
        .as("before the first row is given")
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + ":12: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@attribute a numeric                        | :2: the file ends before @data",
        "@attribute a numeric;@attribute a real"
            + C
            + "| :3: attribute 'a' is declared twice; --ignore '#2' leaves this one out",
        "@attribute a nummeric"
            + C
            + "              | :2: attribute 'a' has unknown type 'nummeric'",
        "@attribute a" + C + "                       | :2: attribute 'a' has unknown type ''",
        "@attribute b {x,y"
            + C
            + "                  | :2: the values of attribute 'b' must end in }",
        "@attribute b {x,x}"
            + C
            + "                 | :2: attribute 'b' declares the value 'x' twice",
        "@attribute b relational;@attribute p real"
            + C
            + "| :5: relational attribute 'b' has no @end b",
        "@attribute                                  | :2: @attribute without a name",
        "@data                                       | :2: @data before any @attribute",
        "1,2,3                                       | :2: expected @attribute or @data",
        "@attribute a numeric;@attribute c {x,y};@attribute s string;@data;1,x,s"
            + "| :4: attribute 's' is neither numeric nor nominal",
        "@attribute s numeric;@attribute c real;@data;1,2 | :3: class 'c' is not nominal",
        "@attribute s numeric;@attribute c {only};@data;1,only | class column 'c' needs at least two"
      })
  void corruptHeaderIsReportedWithFileAndLine(String header, String message) throws IOException {
    Path file = write(temp, "bad.arff", "@relation r\n" + header.replace(";", "\n") + "\n");
    assertThatThrownBy(() -> open(file, "c"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aClassOfARepeatedNameIsNamedByPosition() throws IOException {
    String text =
        "@relation r\n@attribute c numeric\n@attribute a real\n@attribute c {x,y}\n@data\n1,2,x\n";
    Path file = write(temp, "twice.arff", text);
    assertThatThrownBy(() -> open(file, "c"))
        .hasMessageContaining("2 columns are called 'c': name the class by position, #1 or #3");
    assertThat(open(file, "#3", "#1").length()).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 'not sure' a 2.5 x", // blanks
        "1\t'not sure'\ta\t2.5\tx\t% behind", // tabs
        "1 ,'not sure' , a,2.5  x", // both
        "1,'not sure',a,2.5,x,{0.5}", // a weight
        "1,\"not sure\",'a',2.5,x {7}",
        "{0 1, 1 'not sure', 3 2.5}", // a sparse row: the first value is left out
        " {0 1,1 \"not sure\" , 3 2.5 }, {2} % behind",
        "1,'not\\040sure',a,2.5,x", // an octal code
      })
  void readsRowsAsWekaAndMoaDo(String row) throws IOException {
    Path plain = write(temp, "plain.arff", HEADER + "1,'not sure',a,2.5,x\n");

    assertThat(examples(write(temp, "a.arff", HEADER + row + "\n"), "verdict", "id"))
        .isEqualTo(examples(plain, "verdict", "id"));
    assertThat(examples(write(temp, "b.arff", HEADER.stripTrailing() + " " + row), "verdict", "id"))
        .as("on the line of @data")
        .isEqualTo(examples(plain, "verdict", "id"));
  }

  @Test
  void readsKeelsDialect() throws IOException {
    Path file =
        write(
            temp,
            "keel.arff",
            """
            @relation k
            @attribute At1 real[0.0, 10.0]
            @attribute At2 integer [0, 5]
            @attribute Class{c1, c2}
            @inputs At1, At2
            @outputs Class
            @data
            1.0, 2, c1
            <null>, NaN, c2
            """);
    List<LabeledExample> examples = examples(file, "Class");

    assertThat(values(examples.get(0))).containsExactly(1, 2);
    assertThat(values(examples.get(1))).containsExactly(Double.NaN, Double.NaN);
    assertThat(examples).extracting(LabeledExample::label).containsExactly(0, 1);
  }

  @Test
  void keywordsEndAtAQuoteOrAComment() throws IOException {
    String text =
        "@relation% none\n@attribute'first one'numeric\n@attribute c{x,y}\n@data% rows\n1,x\n2,y\n";

    assertThat(examples(write(temp, "a.arff", text), "c")).hasSize(2);
  }

  @Test
  void valuesMayGoOnInTheNextLines() throws IOException {
    String text =
        """
        @relation r
        @attribute k {a, % a comment

          'b c',
        % and another
        d
        }
        @attribute c {x,
        y}
        @attribute n numeric
        @data
        d,y,1
        """;
    Path file = write(temp, "a.arff", text);

    assertThat(open(file, "c").schema().attributes().get(0))
        .isEqualTo(Attribute.nominal("k", List.of("a", "b c", "d")));
    assertThat(examples(file, "c")).extracting(LabeledExample::label).containsExactly(1);
    Path open = write(temp, "b.arff", text.replace("y}", "y"));
    assertThatThrownBy(() -> open(open, "c"))
        .hasMessageContaining("b.arff:8: the values of attribute 'c' must end in }");
    assertThat(examples(open, "k", "c")).as("it is ignored").hasSize(1);
  }

  @Test
  void anotherEncodingIsSaid() throws IOException {
    String text = HEADER + ROWS;
    for (String charset : List.of("UTF-16LE", "UTF-16BE")) {
      Path file = Files.write(temp.resolve("a.arff"), text.getBytes(charset));
      assertThatThrownBy(() -> open(file, "verdict", "id"))
          .hasMessageContaining("a.arff:")
          .hasMessageContaining("--encoding " + charset);
    }
  }

  @Test
  void emptyText_isAValue_andNoValues_areAColumnThatIsAlwaysMissing() throws IOException {
    Path file =
        write(
            temp,
            "empty.arff",
            """
            @relation r
            @attribute k {'',a,b}
            @attribute n {}
            @attribute t {u,v}
            @data
            '',?,u
            a,?,v
            """);

    assertThat(examples(file, "t")).extracting(e -> values(e)[0]).containsExactly(0.0, 1.0);
    assertThat(examples(file, "t")).extracting(e -> values(e)[1]).containsOnly(Double.NaN);
  }

  @Test
  void ignoredAttributesAreNotValidated() throws IOException {
    Path file =
        write(
            temp,
            "ignored.arff",
            """
            @relation r
            @attribute bag relational
             @attribute p numeric
             @attribute q {x,x}
            @end bag
            @attribute when date "yyyy-MM-dd HH:mm"
            @attribute text string
            @attribute odd colour
            @attribute twice {a,a}
            @attribute x numeric
            @attribute t {u,v}
            @data
            '1,2\\n3,4',"2026-01-01 10:00",'it''s' 7 c 5 u
            ?,?,?,?,?,6,v
            """
                .replace("'it''s'", "\"it's\""));

    List<LabeledExample> examples = examples(file, "t", "bag", "when", "text", "odd", "twice");

    assertThat(examples).extracting(e -> values(e)[0]).containsExactly(5.0, 6.0);
    assertThatThrownBy(() -> open(file, "t", "bag", "when", "text", "twice"))
        .hasMessageContaining(":8: attribute 'odd' has unknown type 'colour'");
    assertThatThrownBy(() -> open(file, "t", "bag", "text", "twice", "odd"))
        .hasMessageContaining(":6: attribute 'when' is neither numeric nor nominal but date");
  }

  @Test
  void unknownColumnIsRejectedNamingTheExistingOnes() throws IOException {
    Path file = write(temp, "a.arff", HEADER + ROWS);
    assertThatThrownBy(() -> open(file, "Verdict"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'Verdict'")
        .hasMessageContaining("first one, verdict, it's, size, id");
    assertThatThrownBy(() -> open(file, "verdict", "delay"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'delay'")
        .hasMessageContaining("first one, verdict, it's, size, id");
    assertThatThrownBy(() -> open(file, "verdict", "verdict"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'verdict' is the class");
    assertThatThrownBy(() -> open(file, "verdict", "first one", "it's", "size", "id"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no attribute is left");
  }

  @Test
  void lastMeansTheLastColumn() throws IOException {
    Path file =
        write(temp, "a.arff", "@relation r\n@attribute a real\n@attribute c {x,y}\n@data\n1,y\n");
    assertThat(examples(file, "last")).isEqualTo(examples(file, "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.csv.zip", "arff"})
  void otherExtensionsAreRejected(String name) throws IOException {
    Path file = write(temp, name, "");
    assertThatThrownBy(() -> open(file, "c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".arff, .arff.gz, .csv or .csv.gz");
  }

  @Test
  void illegalMaxEventsIsRejected() throws IOException {
    Path file = write(temp, "a.arff", HEADER + ROWS);
    assertThatThrownBy(() -> DataFiles.open(file, "verdict", Set.of("id"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxEvents")
        .hasMessageContaining("0");
  }

  @Test
  void absentFileFolderAndForeignBytesAreReported() throws IOException {
    assertThatThrownBy(() -> open(temp.resolve("no.arff"), "c"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.arff");
    Path folder = Files.createDirectory(temp.resolve("folder.csv"));
    assertThatThrownBy(() -> open(folder, "c"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("folder.csv");
    Path notGzip = Files.writeString(temp.resolve("not.arff.gz"), HEADER + ROWS);
    assertThatThrownBy(() -> open(notGzip, "verdict", "id"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not.arff.gz");
    Path latin1 = temp.resolve("latin.arff");
    Files.write(latin1, new byte[] {'@', 'r', (byte) 0xE9, '\n'});
    assertThatThrownBy(() -> open(latin1, "c"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("latin.arff")
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void closingTwiceIsAllowed() throws IOException {
    LabeledStream stream = open(write(temp, "a.arff", HEADER + ROWS), "verdict", "id");
    stream.close();
    stream.close();
  }
}
