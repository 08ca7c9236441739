// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong usage of the microbenchmarks ends before anything runs. */
class MicroOptionsTest {

  static List<Arguments> wrongUsage() {
    return List.of(
        wrong("--micro nothing", "'nothing'", "DetectorBenchmark.update", "GateBenchmark.stepOne"),
        wrong("--micro *", "--micro must be a regular expression, got '*'"),
        wrong("--micro --micro-time 0", "--micro-time must be above 0 and at most 3600", "got 0"),
        wrong("--micro --micro-time soon", "--micro-time", "soon"),
        wrong("--micro --micro-forks 0", "--micro-forks must lie between 1 and 100, got 0"),
        wrong("--micro --events 10", "--micro goes with", "not with --events"),
        wrong("--micro --out pom.xml", "--out must be a folder", "pom.xml"),
        wrong("--micro --out pom.xml/a/b", "--out must be a folder", "pom.xml is a file"),
        wrong("--micro-time 1", "--micro"));
  }

  private static Arguments wrong(String line, String... messages) {
    return Arguments.of(line, List.of(messages));
  }

  @ParameterizedTest
  @MethodSource
  void wrongUsage(String line, List<String> messages) {
    Run run = driftmoe(("bench " + line).split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("driftmoe bench").contains(messages);
  }
}
