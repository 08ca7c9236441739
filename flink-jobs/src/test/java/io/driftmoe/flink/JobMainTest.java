// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code flink run} prints as one line: of any other exception it prints the stack. */
class JobMainTest {
  @TempDir private Path folder;

  private static void assertLine(String start, String... arguments) {
    assertThatExceptionOfType(ProgramParametrizationException.class)
        .isThrownBy(() -> JobMain.main(arguments))
        .withMessageStartingWith(start)
        .withMessageNotContaining("\n");
  }

  @Test
  void wrongConfigurations_areNamedInOneLine() throws Exception {
    String config =
        Files.writeString(folder.resolve("job.yaml"), Events.options(Map.of()).toYaml()).toString();
    String missing = folder.resolve("nowhere.yaml").toString();
    assertLine("--config FILE is missing");
    assertLine("--config " + missing + ": there is no file", "--config", missing);
    assertLine("learner.top-k must", "--config", config, "--learner.top-k", "many");
    assertLine("there is no setting 'learner.luck'", "--config", config, "--learner.luck", "7");
  }
}
