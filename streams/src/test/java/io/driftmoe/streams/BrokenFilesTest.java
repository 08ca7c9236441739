// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.open;
import static io.driftmoe.streams.TestFiles.write;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that hold nothing, end too early, or do not close a quote. */
class BrokenFilesTest {
  private static final String ARFF = "@relation r@attribute x numeric@attribute y {a,b}@data";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "csv  | ''",
        "csv  | '  @@ @'",
        "csv  | x,y@",
        "csv  | # only a note@# and another, with a comma@",
        "csv  | sep=;@",
        "arff | ''",
        "arff | % only a note@",
        "arff | ARFF@",
        "arff | ARFF@% a note@@",
      })
  void filesWithoutARowFailAlike(String extension, String text) throws IOException {
    String content = text.replace("ARFF", ARFF.replace("@", "\n@")).replaceAll("@(?![a-z])", "\n");
    for (String name : new String[] {"a." + extension, "b." + extension + ".gz"}) {
      Path file = write(temp, name, content);
      assertThatThrownBy(() -> open(file, "y"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": no row of data")
          .hasMessageNotContainingAny("\n");
      assertThatThrownBy(() -> DataFiles.describe(file, "y", List.of(), FileReading.GUESSED, 9))
          .hasMessageStartingWith(file + ": no row of data");
    }
  }

  @ParameterizedTest
  @CsvSource({"a.csv", "a.csv.gz", "a.arff.gz"})
  void emptyBytesAreNoRow(String name) throws IOException {
    Path file = Files.write(temp.resolve(name), new byte[0]);
    assertThatThrownBy(() -> open(file, "y")).hasMessageStartingWith(file + ": no row of data");
  }

  @Test
  void anUnclosedQuoteEndsAtABound_withItsLine() throws IOException {
    Path file = temp.resolve("a.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("x,note,y\n1,ok,a\n2,\"oops,b\n");
      for (int i = 0; i < 400_000; i++) {
        out.write("123,fine,a\n");
      }
    }
    assertThatThrownBy(() -> open(file, "y"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.csv:3: a row has more than 100000 fields")
        .hasMessageContaining("quote");
  }

  @Test
  void aLineWithoutEndEndsAtABound() throws IOException {
    Path arff = temp.resolve("a.arff");
    try (BufferedWriter out = Files.newBufferedWriter(arff)) {
      out.write(ARFF.replace("@", "\n@").stripLeading() + "\n1,a\n'");
      out.write("x".repeat(4_200_000));
    }
    assertThatThrownBy(() -> open(arff, "y"))
        .hasMessageContaining("a.arff:6: ")
        .hasMessageContaining("more than 4000000 characters");
  }

  @Test
  void aQuoteThatIsClosedRowsLaterIsNamedWithBothLines() throws IOException {
    Path file = write(temp, "a.csv", "x,note,y\n1,\"a,u\n2,b,v\n3,\"c\",u\n4,d,v\n");
    assertThatThrownBy(() -> open(file, "y")).hasMessageContaining("a.csv:2: ");
    Path other = write(temp, "b.csv", "x,note,y\n1,\"a,u\n2,b\",v,w\n4,d,v\n");
    assertThatThrownBy(() -> open(other, "y"))
        .hasMessageContaining("b.csv:2: 4 fields for 3 columns, in a row that ends in line 3");
  }

  @Test
  void aCharacterThatIsNoTextIsNamedWithItsLine() throws IOException {
    Path file = write(temp, "a.csv", "x,y\n" + "1,a\n".repeat(300_000) + "2,b\0\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:300002: the field 'b\\u0000' holds a NUL character");
    Path escape = write(temp, "b.csv", "x,y\n1,a\n\u001B[31m,b\n");
    assertThatThrownBy(() -> open(escape, "y"))
        .hasMessageContaining("'\\u001b[31m'")
        .hasMessageNotContaining("\u001B");
  }

  @Test
  void wideFilesEndAtABound() throws IOException {
    Path wide = write(temp, "a.csv", ",".repeat(100_000) + "y\n");
    assertThatThrownBy(() -> open(wide, "y"))
        .hasMessageContaining("a.csv:1: a row has more than 100000 fields");
    Path texts = temp.resolve("b.csv.gz");
    try (BufferedWriter out =
        new BufferedWriter(
            new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(texts)), StandardCharsets.UTF_8))) {
      out.write(IntStream.range(0, 40).mapToObj(i -> "n" + i).collect(joining(",")) + ",y\n");
      String filler = "x".repeat(950);
      for (int row = 0; row < 1_000; row++) {
        for (int i = 0; i < 40; i++) {
          out.write(filler + row + ",");
        }
        out.write(row % 2 == 0 ? "a\n" : "b\n");
      }
    }
    assertThatThrownBy(() -> open(texts, "y"))
        .hasMessageContaining("column 'n0': the different texts of the file take more than 64 MiB");
  }

  @Test
  @Timeout(20)
  void manyCommentsAndLongDigitsTakeNoLongTime() throws IOException {
    Path comments = write(temp, "a.csv", "#,a\n".repeat(100_000) + "x,y\n1,a\n2,b\n");
    assertThat(open(comments, "y").length()).hasValue(2);
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 2_000; i++) {
      text.append("1".repeat(990)).append(i).append(i % 2 == 0 ? "z,a\n" : "z,b\n");
    }
    Path groups = write(temp, "c.csv", "x,y\n\"1" + ",234".repeat(90_000) + "\",a\n2,b\n");
    FileReading given = TestFiles.reading(Map.of("thousands", ","));
    assertThatThrownBy(() -> DataFiles.open(groups, "y", List.of(), given, 9))
        .hasMessageContaining("c.csv:2: column 'x' holds");
    Path digits = write(temp, "b.csv", text.toString());
    assertThat(open(digits, "y").schema().attributes().get(0).values()).hasSize(2_000);
  }

  @Test
  void aBrokenQuoteBehindACommentIsReported() throws IOException {
    Path file = write(temp, "a.csv", "# a note\n\"x\"z,y\n1,a\n2,b\n");
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:2: there is text behind a closing quote");
  }

  @Test
  void aCommentWithoutEndEndsAtABound() throws IOException {
    Path file = write(temp, "a.csv", "#" + "x".repeat(4_200_000));
    assertThatThrownBy(() -> open(file, "y"))
        .hasMessageContaining("a.csv:1: ")
        .hasMessageContaining("more than 4000000 characters");
  }

  @Test
  void faultsOfTheFileSystemAreSaidInWords() {
    assertThat(TextFile.reason(new AccessDeniedException("/a.csv"))).isEqualTo("permission denied");
    assertThat(TextFile.reason(new FileSystemException("/a.csv", null, "Too many open files")))
        .isEqualTo("Too many open files");
  }

  @Test
  void whatIsNoFileIsSaid() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("a.csv"));
    assertThatThrownBy(() -> open(folder, "y"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(folder + " is a folder, not a data file");
    Path device = Files.createSymbolicLink(temp.resolve("b.csv"), Path.of("/dev/null"));
    assertThatThrownBy(() -> open(device, "y"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("b.csv is a pipe or a device");
    Path nowhere = Files.createSymbolicLink(temp.resolve("c.csv"), temp.resolve("none.csv"));
    assertThatThrownBy(() -> open(nowhere, "y")).hasMessage("no data file " + nowhere);
    Files.delete(device); // JUnit warns when it has to delete a link to elsewhere
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE html><html><body>404</body></html> | :1: this is HTML or XML",
        "@<?xml version='1.0'?>@<rows/>@              | :1: this is HTML or XML",
        "{\"x\": 1, \"y\": \"a\"}@{\"x\": 2}@       | :1: this is JSON",
        "[ {@\"x\": 1}]@                            | :1: this is JSON",
        "My export@@x,z,y@1,2,a@2,3,b@              | has one field, 'My export', and most rows have 3",
        "made by,me@@x,z,y@1,2,a@2,3,b@             | :3: 3 fields for 2 columns; most rows have one field more",
        "x,y@1,2,a@2,3,b@                           | :2: 3 fields for 2 columns; most rows have one field more",
        "by,me,and,you@x,z,y@1,2,a@2,3,b@           | :2: 3 fields for 4 columns; most rows have as many",
      })
  void textThatIsNoTable(String text, String message) throws IOException {
    Path file = write(temp, "a.csv", text.replace('@', '\n'));
    assertThatThrownBy(() -> open(file, "last"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ":")
        .hasMessageContaining(message);
  }

  @Test
  void aSeparatorThatCannotBeIsNotAnnounced() throws IOException {
    Path file = write(temp, "a.csv", "sep=\"\nx,y\n1,a\n2,b\n");
    assertThatThrownBy(() -> open(file, "y")).hasMessageContaining(file + ":");
  }

  @Test
  void truncatedAndFalseArchivesAreSaid() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i * 31 % 1_009).append(i % 3 == 0 ? ",u\n" : ",v\n");
    }
    byte[] whole = Files.readAllBytes(write(temp, "w.csv.gz", text.toString()));
    Path cut = Files.write(temp.resolve("a.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> open(cut, "y"))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(".*a\\.csv\\.gz:[0-9]{4}: cannot be read: the gzip file is cut off.*");
    byte[] changed = whole.clone();
    changed[whole.length - 6] ^= 1; // of the checksum
    Path damaged = Files.write(temp.resolve("f.csv.gz"), changed);
    assertThatThrownBy(() -> open(damaged, "y"))
        .hasMessageContaining(
            "f.csv.gz:50002: cannot be read: the gzip file is damaged (Corrupt GZIP trailer)");
    Path header = Files.write(temp.resolve("b.csv.gz"), Arrays.copyOf(whole, 5));
    assertThatThrownBy(() -> open(header, "y"))
        .hasMessageContaining("b.csv.gz: cannot be read: the gzip file is cut off");
    Path plain = Files.writeString(temp.resolve("c.csv.gz"), "x,y\n1,u\n2,v\n");
    assertThatThrownBy(() -> open(plain, "y")).hasMessageContaining("Not in GZIP format");
    Path zip = Files.write(temp.resolve("d.csv"), new byte[] {'P', 'K', 3, 4, 0, 0});
    assertThatThrownBy(() -> open(zip, "y")).hasMessageContaining("zip archive or an Excel file");
    for (String magic : List.of("BZh91AY", "\u00FD7zXZ", "(\u00B5/\u00FD", "7z\u00BC\u00AF")) {
      Path packed = temp.resolve("p.csv");
      Files.write(packed, (magic + "more").getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> open(packed, "y"))
          .hasMessageContaining("p.csv: cannot be read: ")
          .hasMessageContaining("unpack it, or pack it with gzip");
    }
    for (String magic : List.of("PAR1", "Obj\u0001", "\u00D0\u00CF\u0011\u00E0")) {
      Path table = temp.resolve("t.arff");
      Files.write(table, (magic + "more").getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> open(table, "y")).hasMessageContaining("as CSV text");
    }
    byte[] tar = new byte[2_048];
    System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);
    Path archive = Files.write(temp.resolve("g.csv"), tar);
    assertThatThrownBy(() -> open(archive, "y")).hasMessageContaining("this is a tar archive");
    Path unnamed = Files.write(temp.resolve("e.csv"), whole);
    assertThat(open(unnamed, "y").length()).hasValue(50_000);
  }
}
