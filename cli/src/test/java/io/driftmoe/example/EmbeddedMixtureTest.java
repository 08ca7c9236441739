// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example for embedders compiles, since it is a class, runs, and is what the page shows. */
class EmbeddedMixtureTest {
  private static final String BEGIN = "    // begin of the example\n";

  @Test
  void theExampleLearns() {
    assertThat(EmbeddedMixture.run()).isBetween(80.0, 100.0);
  }

  @Test
  void thePageShowsTheExampleAsItIs() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/driftmoe/example/EmbeddedMixture.java"));
    String example =
        source
            .substring(
                source.indexOf(BEGIN) + BEGIN.length(),
                source.indexOf("\n    // end of the example"))
            .stripIndent();

    assertThat(Files.readString(Path.of("../docs/public-api.md")))
        .as("docs/public-api.md must hold the text between the marks of EmbeddedMixture.java")
        .contains("```java\n" + example + "\n```\n");
  }
}
