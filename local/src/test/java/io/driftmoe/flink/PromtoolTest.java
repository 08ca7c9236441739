// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prometheus's own checks of our files. */
@Tag("prometheus")
class PromtoolTest {
  @Test
  void theConfigurationIsOneOfPrometheus() throws Exception {
    assertThat(promtool("check", "config", "prometheus.yml")).contains("SUCCESS");
  }

  @Test
  void theRulesAreRules_andNoneIsThereTwice() throws Exception {
    assertThat(promtool("check", "rules", "--lint=all", "--lint-fatal", "rules/driftmoe.yml"))
        .contains("SUCCESS");
  }

  @Test
  void eachAlertFires_andDoesNot() throws Exception {
    assertThat(promtool("test", "rules", "tests/driftmoe.test.yml")).contains("SUCCESS");
  }

  private static String promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PrometheusProcess.program("promtool")));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(AlertRules.PROMETHEUS.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
