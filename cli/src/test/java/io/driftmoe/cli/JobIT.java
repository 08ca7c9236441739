// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.local.FreePort;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code driftmoe job}, here and on a cluster, between real topics. */
class JobIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private EmbeddedKafka kafka;
  private Path config;

  @BeforeEach
  void start() throws IOException {
    kafka = EmbeddedKafka.start(folder);
    config = folder.resolve("job.yaml");
    Run init =
        driftmoe(
            "job",
            "--init",
            "--preset",
            "paper-data",
            "--stream",
            "sea_a",
            "-Dkafka.bootstrap=" + kafka.bootstrap(),
            "-Djob.checkpoint-interval=200 ms",
            "-Djob.state-dir=" + state());
    Files.writeString(config, init.out());
  }

  @AfterEach
  void stop() throws IOException {
    kafka.close();
  }

  private Run withBroker(String... args) {
    return driftmoe(
        Stream.concat(Stream.of(args), Stream.of("--bootstrap", kafka.bootstrap())).toList());
  }

  private List<String> predictions() {
    return withBroker("consume", "--topic", "predictions").outLines();
  }

  /** Produces so many events, runs the job until it has predicted all, and interrupts it. */
  private Run runUntil(int predictions, String... more) throws Exception {
    FutureTask<Run> job =
        new FutureTask<>(
            () ->
                driftmoe(
                    Stream.concat(
                            Stream.of("job", "--no-ui", "--config", config.toString()),
                            Stream.of(more))
                        .toList()));
    Thread thread = new Thread(job, "job");
    thread.start();
    await().atMost(PATIENCE).until(() -> job.isDone() || predictions().size() >= predictions);
    thread.interrupt();
    return job.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void local_startedAgain_goesOnWhereItWasInterrupted() throws Exception {
    assertThat(driftmoe("topics", "--config", config.toString()).exitCode()).isZero();
    withBroker("produce", "--stream", "sea_a", "--events", "400", "--model-key", "a");
    String savepoints = folder.resolve("savepoints").toString();

    Run first = runUntil(400, "--savepoints", savepoints);
    withBroker("produce", "--stream", "sea_a", "--events", "200", "--model-key", "b");
    withBroker("produce", "--stream=sea_a", "--events=100", "--model-key=a", "--first=400");
    Run second;
    try (LogLines log = new LogLines()) {
      second = runUntil(700);
      assertThat(log.lines()).noneMatch(line -> line.contains("data loss"));
    }

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("file:").contains("/savepoints/savepoint-");
    assertThat(first.err()).contains("state: " + state() + "/driftmoe", "begins anew");
    String savepoint = first.out().strip();
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.out()).isEmpty();
    assertThat(second.err()).contains("goes on from " + savepoint, "saved to file:");
    for (String target : List.of("local", "127.0.0.1:" + FreePort.any())) {
      for (List<String> from : List.of(List.of("--resume", savepoint), List.<String>of())) {
        assertRefused(
            target, from, "-Dlearner.seed=77", "learner.seed is 77, the saved model has 1");
      }
      assertRefused(target, List.of(), "-Dlearner.hidden=[9]", "hidden is [9]");
    }
    Run inspected = driftmoe("inspect", savepoint, "--key", "a");
    assertThat(inspected.exitCode()).as(inspected.err()).isZero();
    assertThat(inspected.out())
        .contains("model: a\nattributes: 3\n", "events-learned: 400\n")
        .contains("- name: moa-hoeffding-tree 11\n");
    assertGoesOnOutsideOfTheJob(savepoint);
    // read once each: the second run did not begin at the start again
    assertThat(predictions()).hasSize(700);

    String newest = second.err().replaceFirst("(?s).*saved to file:(.+?); started again.*", "$1");
    Path metadata = Path.of(newest, "_metadata");
    byte[] bytes = Files.readAllBytes(metadata);
    bytes[bytes.length / 2] ^= 1;
    Files.write(metadata, bytes);
    assertRefused(
        "local",
        List.of("--resume", newest),
        "-Djob.parallelism=1",
        "its file _metadata is damaged: it holds other bytes than were written");

    String other = "-Djob.state-dir=" + folder.resolve("other");
    assertRefused("local", List.of(), other, "topic driftmoe.predictions holds records");
    Path demo = folder.resolve("demo.model");
    demo("--events=300", "--preset=paper-data", "--save-model=" + demo);
    Run fresh =
        runUntil(
            1_400, "--fresh", other, "-Dmodels.template=" + demo, "--savepoints=" + savepoints);
    assertThat(fresh.exitCode()).as(fresh.err()).isZero();
    assertThat(predictions()).hasSize(1_400);
    assertGoesOnInADemo(demo, fresh.out().strip());
  }

  private static void demo(String... options) {
    Run run =
        driftmoe(
            Stream.concat(
                    Stream.of("demo", "--no-ui", "--verify", "--stream=sea_a"), Stream.of(options))
                .toList());
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private Path saved(String savepoint, String name) {
    Path file = folder.resolve(name);
    Run run = driftmoe("inspect", savepoint, "--key", "a", "--save-model", file.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return file;
  }

  /** Job to library and to {@code score}, beside a library that has learned the same. */
  private void assertGoesOnOutsideOfTheJob(String savepoint) throws IOException {
    Path file = saved(savepoint, "job.model");
    Model job = Model.load(file);
    Model library = Model.create(job.schema(), MixtureSettings.of(Preset.PAPER_DATA), 1);
    PlainLibrary.learn(library, "sea_a", 400, 1);
    assertThat(job.version()).isEqualTo(400);
    assertThat(job.saved().modelKey()).isEqualTo("a");

    List<List<Double>> expected = PlainLibrary.learn(library, "sea_a", 100, 2);

    assertThat(PlainLibrary.learn(job, "sea_a", 100, 2)).isEqualTo(expected);
    Run scored =
        driftmoe(
            "score",
            "--model=" + file,
            "--data=" + csv("sea_a", 100, 2),
            "--class=target",
            "--learn");
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(scored.err()).contains("model           a", "learned in all  500");
    List<List<Double>> found = new ArrayList<>();
    for (String line : scored.outLines().subList(1, scored.outLines().size())) {
      String[] fields = line.split(",", -1); // row, predicted, label, probabilities
      found.add(Stream.of(fields).skip(3).map(Double::valueOf).toList());
    }
    assertThat(found).isEqualTo(expected);
  }

  private Path csv(String name, int events, long seed) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LabeledStream stream = StreamCatalog.open(name, events, seed)) {
      StreamSchema schema = stream.schema();
      Stream<String> names = schema.attributes().stream().map(Attribute::name);
      lines.add(Stream.concat(names, Stream.of("target")).collect(Collectors.joining(",")));
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        StringBuilder line = new StringBuilder();
        for (int a = 0; a < schema.attributes().size(); a++) {
          line.append(example.features().get(a)).append(',');
        }
        lines.add(line + schema.labels().name(example.label()));
      }
    }
    return Files.write(folder.resolve("events.csv"), lines);
  }

  /**
   * Demo to job, which has learned 400 and 100 events on top, to demo again, beside a library that
   * goes on with what the first demo has saved.
   */
  private void assertGoesOnInADemo(Path first, String savepoint) throws IOException {
    Model library = Model.load(first);
    assertThat(library.version()).isEqualTo(300);
    List<List<Double>> expected = new ArrayList<>();
    expected.addAll(PlainLibrary.learn(library, "sea_a", 400, 1));
    expected.addAll(PlainLibrary.learn(library, "sea_a", 100, 1));
    List<List<Double>> found = new ArrayList<>();
    List<Long> versions = new ArrayList<>();
    for (String line : predictions()) {
      JsonNode value = JSON.readTree(line).path("value");
      if (value.path("modelKey").asText().equals("a")) {
        List<Double> probabilities = new ArrayList<>();
        value.path("probabilities").forEach(number -> probabilities.add(number.doubleValue()));
        found.add(probabilities);
        versions.add(value.path("modelVersion").longValue());
      }
    }
    assertThat(found.subList(500, found.size())).isEqualTo(expected);
    assertThat(versions.subList(500, versions.size()))
        .isEqualTo(LongStream.range(300, 800).boxed().toList());

    Path between = saved(savepoint, "between.model");
    assertThat(Model.load(between).version()).isEqualTo(800);
    Path last = folder.resolve("last.model");
    demo("--events=200", "--seed=2", "--load-model=" + between, "--save-model=" + last);

    Model demo = Model.load(last);
    assertThat(demo.version()).isEqualTo(1_000);
    PlainLibrary.learn(library, "sea_a", 200, 2);
    assertThat(PlainLibrary.learn(demo, "sea_a", 100, 3))
        .isEqualTo(PlainLibrary.learn(library, "sea_a", 100, 3));
  }

  private Path state() {
    return folder.resolve("my state");
  }

  private void assertRefused(String target, List<String> from, String key, String reason)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("job", "--no-ui", "--config"));
    arguments.addAll(List.of(config.toString(), "--target", target, key));
    arguments.addAll(List.of("--jar", emptyJar().toString()));
    arguments.addAll(from);
    Run refused = driftmoe(arguments);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.errLines()).hasSize(1);
    assertThat(refused.err()).contains(reason);
  }

  @Test
  void local_missingTopics_areNamedBeforeAnythingStarts() {
    Run run = driftmoe("job", "--no-ui", "--config", config.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("driftmoe.features").contains("driftmoe topics");
  }

  @Test
  void remote_submitsToTheClustersRestPort() throws Exception {
    driftmoe("topics", "--config", config.toString());
    withBroker("produce", "--stream", "sea_a", "--events", "200");
    Path jar = emptyJar();
    MiniCluster cluster = cluster();
    try {
      cluster.start();
      int port = cluster.getRestAddress().get().getPort();

      Run run =
          driftmoe(
              "job",
              "--config",
              config.toString(),
              "--target",
              "localhost:" + port,
              "--jar",
              jar.toString());

      assertThat(run.exitCode()).as(run.err()).isZero();
      JobID id = JobID.fromHexString(run.out().strip());
      await().atMost(PATIENCE).until(() -> predictions().size() == 200);
      assertThat(cluster.getJobStatus(id).get()).isEqualTo(JobStatus.RUNNING);
    } finally {
      cluster.closeAsync().get();
    }
  }

  @Test
  void remote_missingTopics_areNamedBeforeAnythingIsSubmitted() throws Exception {
    Run run =
        driftmoe(
            "job",
            "--config",
            config.toString(),
            "--target",
            "127.0.0.1:" + FreePort.any(),
            "--jar",
            emptyJar().toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("driftmoe.features").contains("driftmoe topics");
  }

  @Test
  void remote_clusterThatIsNotThere_isAFailureInOneLine() throws Exception {
    driftmoe("topics", "--config", config.toString());
    Path jar = emptyJar();
    int port = FreePort.any();

    Run run =
        driftmoe(
            "job",
            "--config",
            config.toString(),
            "--target",
            "127.0.0.1:" + port,
            "--jar",
            jar.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("the cluster at 127.0.0.1:" + port + " did not take the job");
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
            .setNumSlotsPerTaskManager(1)
            .build());
  }
}
