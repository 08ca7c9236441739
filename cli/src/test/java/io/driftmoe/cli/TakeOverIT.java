// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.local.EmbeddedKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new build that runs beside a job and then in its place, by docs/take-over.sh. */
@Tag("slow")
class TakeOverIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  @SuppressWarnings("try") // closing the cluster may be interrupted
  void eachEventHasOnePrediction() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        MiniCluster cluster = cluster()) {
      cluster.start();
      String rest = "127.0.0.1:" + cluster.getRestAddress().get().getPort();
      Path live = configuration(kafka, "live");
      Path next = configuration(kafka, "next");
      assertThat(driftmoe("topics", "--config", live.toString()).exitCode()).isZero();
      Run submitted =
          driftmoe(
              "job", "--config", live.toString(), "--target", rest, "--jar", emptyJar().toString());
      assertThat(submitted.exitCode()).as(submitted.err()).isZero();
      send(kafka, 0, 200);
      awaitPredictions(kafka, "driftmoe.predictions", 200);

      takeOver("trial", rest, next);
      send(kafka, 200, 200);
      awaitPredictions(kafka, "driftmoe.predictions", 400);
      await().atMost(PATIENCE).until(() -> !predictions(kafka, "next.trial.predictions").isEmpty());

      assertThat(takeOver("switch", rest, next))
          .contains("start it with -Djob.takes-over-from=file:", "--resume file:")
          .endsWith("alone starts it, without job.takes-over-from\n");
      send(kafka, 400, 200);
      awaitPredictions(kafka, "driftmoe.predictions", 600);

      assertThat(predictions(kafka, "driftmoe.predictions"))
          .doesNotHaveDuplicates()
          .hasSize(600)
          .containsAll(predictions(kafka, "next.trial.predictions"));
      assertThat(cluster.listJobs().get())
          .filteredOn(job -> !job.getJobState().isGloballyTerminalState())
          .singleElement()
          .extracting(job -> job.getJobName())
          .isEqualTo("next");
    }
  }

  private Path configuration(EmbeddedKafka kafka, String name) throws IOException {
    Run init =
        driftmoe(
            "job",
            "--init",
            "--preset",
            "paper-data",
            "--stream",
            "sea_a",
            "-Dkafka.bootstrap=" + kafka.bootstrap(),
            "-Dkafka.group-id=" + name,
            "-Djob.name=" + name,
            "-Djob.checkpoint-interval=200 ms");
    return Files.writeString(folder.resolve(name + ".yaml"), init.out());
  }

  private static void send(EmbeddedKafka kafka, int first, int events) {
    Run sent =
        driftmoe(
            "produce",
            "--stream",
            "sea_a",
            "--bootstrap",
            kafka.bootstrap(),
            "--first",
            Integer.toString(first),
            "--events",
            Integer.toString(events));
    assertThat(sent.exitCode()).as(sent.err()).isZero();
  }

  private static void awaitPredictions(EmbeddedKafka kafka, String topic, int count) {
    await().atMost(PATIENCE).until(() -> predictions(kafka, topic).size() >= count);
  }

  /** The ids of their events. */
  private static List<String> predictions(EmbeddedKafka kafka, String topic) {
    return driftmoe("consume", "--topic", topic, "--bootstrap", kafka.bootstrap())
        .outLines()
        .stream()
        .map(line -> line.replaceFirst(".*\"eventId\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private String takeOver(String step, String rest, Path next)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Repository.root().resolve("docs/take-over.sh").toString(), step));
    command.addAll(List.of("--flink", rest, "--from", "live", "--to", "next"));
    command.addAll(List.of("--config", next.toString()));
    command.addAll(List.of("--savepoints", folder.resolve("savepoints").toUri().toString()));
    command.addAll(List.of("--", "--jar", emptyJar().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DRIFTMOE", command().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Runs the classes of this test's class path, which were built. */
  private Path command() throws IOException {
    Path command = folder.resolve("driftmoe");
    if (!Files.exists(command)) {
      Files.createFile(
          command,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(
          command,
          "#!/usr/bin/env bash\nexec '%s' --add-opens=java.base/java.util=ALL-UNNAMED -XX:TieredStopAtLevel=1 -cp '%s' io.driftmoe.cli.Main \"$@\"\n"
              .formatted(
                  Path.of(System.getProperty("java.home"), "bin", "java"),
                  System.getProperty("java.class.path")));
    }
    return command;
  }

  /** The class path of the test has the classes; the jar only has to be one. */
  private Path emptyJar() throws IOException {
    Path jar = folder.resolve("job.jar");
    try (JarOutputStream empty = new JarOutputStream(Files.newOutputStream(jar))) {
      empty.putNextEntry(new JarEntry("META-INF/"));
    }
    return jar;
  }

  private static MiniCluster cluster() {
    Configuration settings = new Configuration();
    settings.set(RestOptions.BIND_PORT, "0");
    settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    settings.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(settings)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(2)
            .build());
  }
}
