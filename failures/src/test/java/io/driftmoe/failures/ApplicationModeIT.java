// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Application mode with high availability: the JobManager calls the job's {@code main} at the first
 * start and whenever it takes over, always with the same id of the job.
 */
@Tag("slow")
class ApplicationModeIT {
  private static final double RATE = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Until then a JobManager that was killed is still the leader. */
  private static final String SESSION = "high-availability.zookeeper.client.session-timeout=10 s";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  @Test
  void jobManagerThatTakesOver_goesOnWithTheFirstRun_andASecondJobOfTheNameIsRefused()
      throws Exception {
    Load load = Load.of(20_000, false);
    try (Deployment deployment = new Deployment(load)) {
      JobOptions options = deployment.options;
      try (JobTopics topics = new JobTopics(options)) {
        topics.create(Load.PARTITIONS, (short) 1);
      }
      List<TopicPartition> outputs = new ArrayList<>();
      for (int i = 0; i < Load.PARTITIONS; i++) {
        outputs.add(new TopicPartition(options.topics().predictions(), i));
      }
      try (PredictionReader reader = new PredictionReader(options.kafka().bootstrap(), outputs);
          Sender sender = new Sender(options.kafka().bootstrap(), options.topics(), load, RATE)) {
        sender.start();
        deployment.jobManager.start();
        awaitAllSent(sender, reader);

        assertThat(deployment.logOfASecondOne()).contains("job 'driftmoe' runs already, at ");
        assertThat(deployment.runs()).containsExactly("run-1");

        deployment.jobManager.kill();
        deployment.jobManager.start();
        awaitAllSent(sender, reader);

        deployment.broker.kill();
        deployment.jobManager.kill();
        deployment.startJobManagerAndAwaitTakeOver();
        deployment.broker.start();
        awaitAllSent(sender, reader);

        assertThat(reader.ledger().doubled()).isZero();
        assertThat(deployment.runs()).containsExactly("run-1");
        assertThat(deployment.jobManager.exits()).isZero();
      }
    }
  }

  /** A prediction of each event that was sent by now. */
  private static void awaitAllSent(Sender sender, PredictionReader reader) {
    long sent = Math.max(1, sender.sent());
    Awaitility.await("predictions")
        .atMost(PATIENCE)
        .until(
            () -> {
              reader.check();
              return reader.ledger().distinct() >= sent;
            });
  }

  /** The processes, each started again when it ends by itself. */
  private static final class Deployment implements AutoCloseable {
    private final Layout layout = Layout.in(Files.createDirectories(folder.resolve("rig")));
    private final ConfigFiles files = new ConfigFiles(layout);
    private final ProcessCommands commands = new ProcessCommands(layout, files);
    private final Path states = layout.folder().resolve("states");
    private final RigProcess zooKeeper = process("zookeeper", commands.zooKeeper());
    private final RigProcess broker = process("broker", commands.broker());
    private final RigProcess taskManager = process("taskmanager", taskManager("taskmanager"));
    private final RigProcess jobManager = process("jobmanager", application("jobmanager"));
    private final Thread onExit = new Thread(this::killAll, "stop-deployment");
    private final JobOptions options;

    private Deployment(Load load) throws Exception {
      files.write();
      Map<String, String> keys = new TreeMap<>(load.keys(layout.bootstrap(), false));
      keys.put("job.state-dir", states.toString());
      options = load.options(keys);
      Files.writeString(layout.jobConfig(), options.toYaml());
      Runtime.getRuntime().addShutdownHook(onExit);
      for (RigProcess process : List.of(zooKeeper, broker, taskManager)) {
        process.start();
      }
    }

    private RigProcess process(String name, List<String> command) {
      return new RigProcess(name, command, Map.of(), output(name));
    }

    private Path output(String name) {
      return layout.logs().resolve(name + ".out");
    }

    /** It lives for a minute: a compiler that optimises would only take time from the others. */
    private List<String> taskManager(String name) {
      List<String> command = new ArrayList<>(commands.taskManager(name));
      command.add(1, "-XX:TieredStopAtLevel=1");
      return command;
    }

    private List<String> application(String name, String... settings) throws URISyntaxException {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  layout.conf().toString(),
                  JobJar.require().toAbsolutePath().normalize().toString(),
                  layout.jobConfig().toString(),
                  SESSION));
      arguments.addAll(List.of(settings));
      return commands.application(
          name,
          Path.of(
              ApplicationCluster.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
          ApplicationCluster.class.getName(),
          arguments.toArray(String[]::new));
    }

    /** What a deployment of another id of the job says until it ends. */
    private String logOfASecondOne() throws Exception {
      String name = "second";
      Process second =
          new ProcessBuilder(
                  application(
                      name,
                      "high-availability.cluster-id=/second",
                      "rest.port=" + new FreePorts().next()))
              .redirectErrorStream(true)
              .redirectOutput(output(name).toFile())
              .start();
      try {
        assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
      } finally {
        second.destroyForcibly();
      }
      return Files.readString(layout.logs().resolve(name + ".log"));
    }

    private void startJobManagerAndAwaitTakeOver() throws IOException {
      long before = takeOvers();
      jobManager.start();
      Awaitility.await("the job goes on").atMost(PATIENCE).until(() -> takeOvers() > before);
    }

    /** More than one of a process that was starved, and no longer the leader for a while. */
    private long takeOvers() throws IOException {
      try (Stream<String> lines = Files.lines(output("jobmanager"))) {
        return lines.filter(line -> line.startsWith("goes on with what Flink")).count();
      }
    }

    /** Folders of runs in the state folder. */
    private List<String> runs() throws IOException {
      try (Stream<Path> runs = Files.list(states.resolve(options.job().name()))) {
        return runs.map(run -> run.getFileName().toString()).sorted().toList();
      }
    }

    @Override
    public void close() {
      killAll();
      Runtime.getRuntime().removeShutdownHook(onExit);
    }

    private void killAll() {
      for (RigProcess process : List.of(jobManager, taskManager, broker, zooKeeper)) {
        process.close();
      }
    }
  }
}
