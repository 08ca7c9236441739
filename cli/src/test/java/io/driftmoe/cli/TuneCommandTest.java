// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Races over a small stream, and the configurations that come of them. */
class TuneCommandTest {
  @TempDir private Path folder;
  private Path candidates;

  @BeforeEach
  void writeCandidates() throws IOException {
    candidates =
        Files.writeString(
            folder.resolve("candidates.yaml"),
            """
            stump: {preset: adaptive, pool: [{type: hoeffding-tree, grace-period: 1000000,
              leaves: majority-class}], gates: [fixed-share]}
            tree: {preset: adaptive, pool: [hoeffding-tree], gates: [fixed-share]}
            """);
  }

  private Run tune(String budget, String... more) {
    String[] args = {
      "tune",
      "--stream",
      "led_a",
      "--events",
      "2000",
      "--budget",
      budget,
      "--candidates",
      candidates.toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return driftmoe(all);
  }

  @Test
  void configuration_isAJobsAndSaysWhy() throws IOException {
    Path job = folder.resolve("job.yaml");
    Run run = tune("10s, 10GiB", "--out", job.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("tree .* chosen: the most accurate")
        .containsPattern("stump .* beaten by tree after [0-9,]+ events")
        .contains("wrote " + job);
    JobOptions options = JobOptions.load(job, Map.of());
    try (LabeledStream stream = StreamCatalog.open("led_a", 1, 1)) {
      assertThat(options.schema()).isEqualTo(JobOptions.Schema.of(stream.schema()));
    }
    assertThat(options.learner().mixture().json()).contains("hoeffding-tree").contains("adaptive");
    assertThat(Files.readString(job)).containsPattern("# stump .* beaten by tree");
    assertThat(driftmoe("job", "--config", job.toString(), "--check").exitCode()).isZero();
  }

  @Test
  void configuration_goesToStandardOutputWithoutAFile() {
    Run run = tune("10s");
    assertThat(JobOptions.parse(run.out(), Map.of()).learner().mixture().json()).contains("tree");
  }

  @Test
  void given_keepsAllButTheLearner() throws IOException {
    Path given = folder.resolve("given.yaml");
    Files.writeString(
        given, driftmoe("job", "--init", "--stream", "led_a", "-Djob.name=mine").out());
    JobOptions tuned = JobOptions.parse(tune("10s", "--config", given.toString()).out(), Map.of());
    JobOptions before = JobOptions.load(given, Map.of());
    assertThat(tuned.job()).isEqualTo(before.job());
    assertThat(tuned.learner()).isNotEqualTo(before.learner());
    Path other = folder.resolve("other.yaml");
    Files.writeString(other, driftmoe("job", "--init", "--stream", "sea_a").out());
    Run refused = tune("10s", "--config", other.toString());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("attributes and classes of", "are not those of led_a");
  }

  @Test
  void nothingThatFits_isOneLineAndTheNearest() {
    Run run = tune("10s, 1kB");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .last()
        .asString()
        .startsWith("driftmoe tune: no candidate keeps to the budget; nearest is ")
        .contains("MiB of 0.00 MiB");
  }
}
