// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for embedders compiles, since it is a class, runs, and is what the page shows. */
class EmbeddedMixtureTest {
  private static final String BEGIN = "    // begin of the example\n";

  @Test
  void theExampleLearns(@TempDir Path folder) throws IOException {
    assertThat(EmbeddedMixture.run(folder.resolve("model.bin"))).isBetween(80.0, 100.0);
  }

  @Test
  void thePagesShowTheExampleAsItIs() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/driftmoe/example/EmbeddedMixture.java"));
    String example =
        source
            .substring(
                source.indexOf(BEGIN) + BEGIN.length(),
                source.indexOf("\n    // end of the example"))
            .stripIndent();

    for (String page : List.of("../docs/public-api.md", "../README.md")) {
      assertThat(Files.readString(Path.of(page)))
          .as("%s must hold the text between the marks of EmbeddedMixture.java", page)
          .contains("```java\n" + example + "\n```\n");
    }
  }
}
