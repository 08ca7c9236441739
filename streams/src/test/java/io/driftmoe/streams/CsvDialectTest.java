// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.open;
import static io.driftmoe.streams.TestFiles.reading;
import static io.driftmoe.streams.TestFiles.rows;
import static io.driftmoe.streams.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.StreamSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header, separator, decimal sign and encoding: guessed, given, and said. */
class CsvDialectTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,1,2,label;5,6,7,cat;1,2,3,dog                      | last   | 0,1,2,label",
        "2019,2020,region,sold;5,6,n,yes;1,2,s,no             | sold   | 2019,2020,region,sold",
        "2019,2020,region,sold;5,6,n,yes;1,2,s,no             | last   | 2019,2020,region,sold",
        "1,2,3,4,class;.5,.2,.3,7,0;.1,.4,.5,9,1              | last   | 1,2,3,4,class",
        "10,20,30,kind;.5,.2,.3,u;.1,.4,.5,v;.1,.4,.6,v;1,1,1,u | kind | 10,20,30,kind",
        "a,b,y;1,2,u;3,4,v                                    | last   | a,b,y",
        "p,q;u,v;w,x                                          | last   | p,q",
        "5.1,3.5,setosa;4.9,3.0,setosa;4.7,3.2,virgin         | last   | c1,c2,c3",
        "tcp,1,x;udp,2,y                                      | last   | c1,c2,c3",
        "x,s,n;x,y,t;b,s,t;x,s,n;b,y,n;x,s,t                  | last   | c1,c2,c3",
        "1,2,3,u;4,5,6,v;7,8,9,u;10,11,12,v                   | last   | c1,c2,c3,c4",
        "c,1,u;d,2,v;c,3,u                                    | c3     | c1,c2,c3"
      })
  void headerIsGuessedFromSeveralRows(String text, String className, String names)
      throws IOException {
    Path file = write(temp, "a.csv", text.replace(';', '\n') + "\n");
    StreamSchema schema = open(file, className).schema();
    List<String> expected = List.of(names.split(","));
    assertThat(schema.attributes())
        .extracting(Attribute::name)
        .isEqualTo(expected.subList(0, expected.size() - 1));
    long data = text.chars().filter(c -> c == ';').count() + (names.startsWith("c1") ? 1 : 0);
    assertThat(open(file, className).length()).hasValue(data);
  }

  @Test
  void aDoubtfulHeaderIsSaid_andCanBeGiven() throws IOException {
    Path file = write(temp, "a.csv", "tcp,1,x\nudp,2,y\n");
    assertThat(String.join("\n", open(file, "last").notes()))
        .contains("is taken for data; --header yes says otherwise");
    FileReading given = reading(Map.of("header", "YES"));
    assertThatThrownBy(() -> DataFiles.open(file, "last", List.of(), given, 9))
        .hasMessageContaining("class column 'x' needs at least two values");
    String ratings = "1,2,3\n" + "3,1,2\n2,2,1\n".repeat(50);
    assertThat(String.join("\n", open(write(temp, "c.csv", ratings), "last").notes()))
        .as("only numbers, which count up")
        .contains("is taken for names; --header no says otherwise");
    Path numbers = write(temp, "b.csv", "0,1,2,label\n5,6,7,cat\n1,2,3,dog\n");
    assertThat(rows(numbers, "last", reading(Map.of("header", "NO")))).hasSize(3);
    assertThatThrownBy(
            () -> DataFiles.open(numbers, "kind", List.of(), reading(Map.of("header", "NO")), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("c1, c2, c3, c4");
  }

  @Test
  void anUnknownNameInAFileTakenForDataNamesTheOption() throws IOException {
    Path file = write(temp, "a.csv", "5.1,3.5,u\n4.9,3.0,v\n4.7,3.2,u\n");
    assertThatThrownBy(() -> open(file, "kind"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--header yes");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|", " "})
  void separatorIsGuessed(String separator) throws IOException {
    String text = "x,z,y\n1,2,a\n2,\"3\",b\n";
    Path file = write(temp, "a.csv", text.replace(",", separator));
    assertThat(rows(file, "last", FileReading.GUESSED))
        .containsExactly(List.of(1.0, 2.0, 0.0), List.of(2.0, 3.0, 1.0));
    assertThat(open(file, "y").notes().get(0)).contains("3 columns separated by");
  }

  @Test
  void severalBlanksSeparateAsOneDoes() throws IOException {
    Path file = write(temp, "a.csv", "x   z y\n1   22 a\n200 3  b\n");
    assertThat(rows(file, "y", FileReading.GUESSED))
        .containsExactly(List.of(1.0, 22.0, 0.0), List.of(200.0, 3.0, 1.0));
  }

  @Test
  void textWithOtherSeparatorsIsNoReasonToUseThem() throws IOException {
    Path file = write(temp, "a.csv", "x,note,y\n1,\"a; b; c\",u\n2,d e f,v\n3,\"g|h, i\",u\n");
    assertThat(open(file, "y").schema().attributes().get(1).values())
        .containsExactly("a; b; c", "d e f", "g|h, i");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "0.5,1.5,k;m,u#1.5,2.5,l;n,v           ~ 4 ~ ','",
        "0.5,x0|y0,u#1.5,x1|y1,v               ~ 3 ~ ','",
        "1,Action|Comedy|Drama,u#2,A|B|C,v     ~ 3 ~ ','",
        "1,\"a;b;c\",\"d|e\",u#2,\"b;c;d\",\"e|f\",v ~ 4 ~ ','",
        "n,l;m,y#1,a;b,u#2,c;d,v               ~ 3 ~ ','",
        "\"Doe, John\"|Roe, Jane#Doe, Ann|Roe, Jo ~ 2 ~ '|'",
        "1;Doe, John;u#2;Roe, Ann;v            ~ 3 ~ ';'",
        "1;Doe,John;u#2;Roe,Ann;v              ~ 3 ~ ';'",
        "1,5;2,5;u#2,5;3,5;v                   ~ 3 ~ ';'"
      })
  void aColumnThatHoldsListsIsOneColumn(String rows, int columns, String separator)
      throws IOException {
    Path file = write(temp, "a.csv", (rows + "#").replace('#', '\n'));
    FileDescription described = DataFiles.describe(file, "last", List.of(), FileReading.GUESSED, 9);
    assertThat(described.facts().get("separator")).startsWith(separator + ", guessed");
    assertThat(described.columns()).hasSize(columns);
  }

  @Test
  void separatorCanBeGiven() throws IOException {
    Path file = write(temp, "a.csv", "x/y\n1/a\n2/b\n");
    assertThatThrownBy(() -> open(file, "last"))
        .hasMessageContaining("the only column; --separator names the character between columns");
    assertThat(rows(file, "y", reading(Map.of("separator", "/")))).hasSize(2);
    Path tab = write(temp, "b.csv", "x,1\ty\n1\ta\n2\tb\n");
    assertThat(rows(tab, "y", reading(Map.of("separator", "tab")))).hasSize(2);
    assertThatThrownBy(() -> reading(Map.of("separator", "ab")))
        .hasMessageContaining("separator must be one character, tab or space, and is 'ab'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x;y#1,5;a#2,5;b                 | 1.5 2.5",
        "x;z;y#1,5;7;a#2,25;8;b          | 1.5 2.25",
        "1,5;2,5;a#2,5;1,5;b#3,5;1,25;a  | 1.5 2.5 3.5",
        "sep=;#x;y#1;a#2;b               | 1 2",
        "sep=,#x,y#1,a#2,b               | 1 2",
        "sep=;  #x;y#1;a#2;b             | 1 2",
        "Sep =;#x;y#1;a#2;b              | 1 2",
        "SEP=/#x/y#1/a#2/b               | 1 2",
        "# a note, and more#x,y#1,a#2,b  | 1 2",
        "#x,y#1,a#2,b                    | 1 2"
      })
  void decimalCommasAnnouncedSeparatorsAndComments(String row, String first) throws IOException {
    String text =
        row.startsWith("#") ? "#" + row.substring(1).replace('#', '\n') : row.replace('#', '\n');
    Path file = write(temp, "a.csv", text + "\n");
    List<Double> expected = List.of(first.split(" ")).stream().map(Double::valueOf).toList();
    assertThat(rows(file, "last", FileReading.GUESSED))
        .extracting(values -> values.get(0))
        .isEqualTo(expected);
  }

  @Test
  void aDecimalPointAmongDecimalCommasNamesTheOption() throws IOException {
    Path file = write(temp, "a.csv", "x;z;y\n1,5;1.5;a\n2,5;2.5;b\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:2: column 'x' holds '1,5'")
        .hasMessageContaining("--decimal ,");
    assertThatThrownBy(() -> rows(file, "y", reading(Map.of("decimal", ","))))
        .hasMessageContaining("column 'z' holds '1.5'")
        .hasMessageContaining("--decimal .");
  }

  @Test
  void commasThatMaySeparateThousandsAreSaid() throws IOException {
    Path doubtful = write(temp, "a.csv", "x;y\n1,234;a\n12,500;b\n");
    assertThat(String.join("\n", open(doubtful, "y").notes()))
        .contains("numbers such as '1,234' are read with a decimal comma")
        .contains("--decimal . --thousands ,");
    Path clear = write(temp, "b.csv", "x;y\n1,234;a\n12,50;b\n");
    assertThat(String.join("\n", open(clear, "y").notes())).doesNotContain("thousands");
  }

  @Test
  void separatorsAtTheEndOfRowsAreSaid() throws IOException {
    Path all = write(temp, "a.csv", "x,y,\n1,a,\n2,b,\n");
    assertThatThrownBy(() -> open(all, "last"))
        .hasMessageContaining("a.csv:2: class column 'c3' holds no value: --class names the class");
    assertThat(rows(all, "y", FileReading.GUESSED)).hasSize(2);
    Path some = write(temp, "b.csv", "x,y\n1,a\n2,b,\n");
    assertThatThrownBy(() -> open(some, "y"))
        .hasMessageContaining("b.csv:3: 3 fields for 2 columns: the row ends in a separator");
  }

  @Test
  void linesAreCountedBehindQuotedLineBreaksAndSkippedLines() throws IOException {
    Path file = write(temp, "a.csv", "sep=,\r\nx,note,y\r\n\r\n1,\"a\r\nb\",u\r\n2,c\r\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:6: 2 fields for 3 columns");
    Path open = write(temp, "b.csv", "x,note,y\n1,\"a,u\n2,b,v\n3,\"c,u\n");
    assertThatThrownBy(() -> open(open, "y"))
        .hasMessageContaining("b.csv:2: ")
        .isInstanceOf(IOException.class);
  }

  @Test
  void byteOrderMarksTellTheEncoding() throws IOException {
    String text = "\uFEFFgröße,y\n1,grün\n2,rot\n";
    for (String charset : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      Path file = Files.write(temp.resolve("a.csv"), text.getBytes(charset));
      StreamSchema schema = open(file, "y").schema();
      assertThat(schema.attributes().get(0).name()).isEqualTo("größe");
      assertThat(schema.labels().names()).containsExactly("grün", "rot");
    }
  }

  @Test
  void otherEncodingsAreRefusedWithTheWayOut_andRead() throws IOException {
    String text = "x,y\n" + "1,rot\n".repeat(30_000) + "2,grün\n";
    Path latin = Files.write(temp.resolve("a.csv"), text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> open(latin, "y"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.csv:30002: ")
        .hasMessageContaining("--encoding")
        .hasMessageContaining("ISO-8859-1");
    FileReading given = reading(Map.of("encoding", "ISO-8859-1"));
    try (LabeledStream stream = DataFiles.open(latin, "y", List.of(), given, 1L << 40)) {
      assertThat(stream.schema().labels().names()).containsExactly("rot", "grün");
    }
    for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      Path wide = Files.write(temp.resolve("b.csv"), "x,y\n1,a\n2,b\n".getBytes(charset));
      assertThatThrownBy(() -> open(wide, "y")).hasMessageContaining("--encoding " + charset);
      assertThat(rows(wide, "y", reading(Map.of("encoding", charset)))).hasSize(2);
    }
    assertThatThrownBy(() -> reading(Map.of("encoding", "nope")))
        .hasMessageContaining("encoding 'nope'");
  }
}
