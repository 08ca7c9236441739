// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.streams.FileReading;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamSourceTest {

  @Test
  void description_ofTheCatalogue_saysWhatItIsAndWhereItComesFrom() {
    assertThat(StreamSource.catalogued("agrawal_a").description())
        .contains("functions 1 to 4")
        .contains("Agrawal et al. 1993");
  }

  @Test
  void description_ofAFile_namesItsColumnsAndBytes(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "a,b,y\n");

    StreamSource all = StreamSource.file("rows", file, "y", List.of());
    StreamSource some = StreamSource.file("rows", file, "y", List.of("b"));

    assertThat(all.description())
        .isEqualTo("file rows.csv, class column y, SHA-256 " + all.fileSha256());
    assertThat(some.description()).contains("class column y, without b, SHA-256");
  }

  @Test
  void howAFileIsRead_reachesTheProcessOfACell(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "a;y\n1,5;u\n2;v\noops;u\n");
    FileReading reading = FileReading.GUESSED.withTypes(List.of("a"), List.of());

    StreamSource source = StreamSource.file("rows", file, "y", List.of(), reading);
    StreamSource guessed = StreamSource.file("rows", file, "y", List.of());

    StreamSource there = Json.read(Json.write(source), StreamSource.class);
    assertThat(there).isEqualTo(source).isNotEqualTo(guessed);
    try (LabeledStream stream = there.open(10, 1)) {
      assertThat(stream.next().features().get(0)).isEqualTo(1.5);
      assertThat(stream.length()).hasValue(3);
    }
    assertThat(Json.write(guessed)).as("as before there was a choice").doesNotContain("reading");
  }
}
