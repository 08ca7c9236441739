// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests for Kubernetes, without a cluster. */
class KubernetesTest {
  private static final Path FOLDER = Repository.root().resolve("deploy/kubernetes");

  @TempDir private Path folder;

  static Stream<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
    }
  }

  /** What the check printed. */
  private record Checked(int exitCode, String output) {}

  private static Checked check(Path manifest) throws IOException, InterruptedException {
    assertThat(FOLDER.resolve("node_modules"))
        .as("the packages of the check: 'npm ci' in deploy/kubernetes")
        .isDirectory();
    Process process =
        new ProcessBuilder("node", FOLDER.resolve("check.mjs").toString(), manifest.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Checked(process.waitFor(), output);
  }

  @ParameterizedTest
  @MethodSource("manifests")
  @Tag("examples")
  void manifest_isWhatTheOperatorKnows(Path manifest) throws Exception {
    Checked checked = check(manifest);

    assertThat(checked.exitCode()).as(checked.output()).isZero();
    assertThat(checked.output().lines())
        .isNotEmpty()
        .allMatch(line -> line.endsWith("well-formed"));
  }

  @ParameterizedTest
  @CsvSource({
    "flink-deployment.yaml, flinkVersion:, flinkVersoin:, flinkVersoin",
    "flink-deployment.yaml, claimName:, claim:, claim",
    "flink-deployment.yaml, flinkVersion: v2_2, flinkVersion: v9_9, v9_9",
    "flink-deployment.yaml, parallelism: 2, parallelism: two, integer",
    "flink-blue-green-deployment.yaml, upgradeMode:, updateMode:, updateMode",
    "flink-blue-green-deployment.yaml, configuration:, config:, config",
    "flink-session.yaml, deploymentName:, deployment:, deployment",
    "flink-session.yaml, kind: FlinkSessionJob, kind: FlinkSession, FlinkSession is none of"
  })
  @Tag("examples")
  void mistake_isFound(String file, String right, String wrong, String said) throws Exception {
    String manifest = Repository.read(FOLDER.resolve(file));
    assertThat(manifest).contains(right);
    Path spoilt = Files.writeString(folder.resolve(file), manifest.replaceFirst(right, wrong));

    Checked checked = check(spoilt);

    assertThat(checked.exitCode()).as(checked.output()).isEqualTo(1);
    assertThat(checked.output()).contains(said);
  }

  /** Options of the job among its arguments; for a session cluster itself there are none. */
  private static List<JobOptions> jobs(Path manifest) throws IOException {
    List<JobOptions> jobs = new ArrayList<>();
    YAMLMapper yaml = new YAMLMapper();
    try (MappingIterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class).readValues(manifest.toFile())) {
      while (documents.hasNext()) {
        JsonNode arguments = documents.next().findPath("args");
        if (!arguments.isMissingNode()) {
          Map<String, String> keys = new LinkedHashMap<>();
          for (int i = 0; i < arguments.size(); i += 2) {
            assertThat(arguments.get(i).asText()).startsWith("--");
            keys.put(arguments.get(i).asText().substring(2), arguments.get(i + 1).asText());
          }
          assertThat(keys.remove("config")).isEqualTo("/job/job.yaml");
          jobs.add(JobOptions.load(Repository.root().resolve("examples/job.yaml"), keys));
        }
      }
    }
    return jobs;
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void arguments_areKeysOfTheJob_whichKeepsItsState(Path manifest) throws IOException {
    assertThat(jobs(manifest))
        .singleElement()
        .satisfies(
            options -> {
              assertThat(options.job().stateDir()).isEqualTo("file:///state/jobs");
              assertThat(options.job().parallelism()).isEqualTo(2);
            });
  }

  /** Two versions run side by side: they share no output, no name and no consumer group. */
  @Test
  void blueAndGreen_doNotMeet() throws IOException {
    JobOptions version = jobs(FOLDER.resolve("flink-blue-green-deployment.yaml")).get(0);
    JobOptions.Topics topics = version.topics();

    assertThat(
            List.of(
                topics.predictions(), topics.driftEvents(), topics.metrics(), topics.deadLetters()))
        .allMatch(topic -> topic.endsWith(".v1"));
    assertThat(version.job().name()).endsWith("-v1");
    assertThat(version.kafka().groupId()).endsWith("-v1");
    assertThat(topics.features()).isEqualTo("driftmoe.features");
  }
}
