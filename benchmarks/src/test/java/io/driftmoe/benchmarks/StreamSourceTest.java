// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

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
}
