// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.local.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.client.JobStatusMessage;

/**
 * A JobManager and a TaskManager, each a process of its own, and Flink's client as a third. They
 * have Flink on their class path and nothing of ours: that comes with the job jar.
 */
final class SeparateCluster implements AutoCloseable {
  /** What the job jar brings along, and the tests. */
  private static final Pattern NOT_OF_FLINK =
      Pattern.compile(
          "(driftmoe|kafka|moa|avro|aparapi|bcel|jackson|snakeyaml-\\d|flink-connector-kafka).*"
              + "|(flink-test-utils|junit|jqwik|assertj|awaitility).*|.*-tests\\.jar");

  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final String CLIENT = "org.apache.flink.client.cli.CliFrontend";

  /** As in Flink's own distribution nothing is logged to the console. */
  private static final String LOGGING =
      """
      rootLogger.level = INFO
      rootLogger.appenderRef.file.ref = file
      appender.file.name = file
      appender.file.type = File
      appender.file.fileName = ${sys:log.file}
      appender.file.layout.type = PatternLayout
      appender.file.layout.pattern = %d %-5p %c - %m%n
      """;

  private static final int STARTS = 5;

  private final Path folder;
  private final Path conf;
  private final List<Process> processes = new ArrayList<>();
  private final RestClusterClient<StandaloneClusterId> rest;

  /**
   * What the client left behind.
   *
   * @param exit its exit status
   * @param output its standard output and standard error
   */
  record Ended(int exit, String output) {}

  SeparateCluster(Path folder) throws Exception {
    this(folder, "");
  }

  /**
   * @param more lines of Flink's configuration
   */
  SeparateCluster(Path folder, String more) throws Exception {
    this.folder = folder;
    conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("log4j.properties"), LOGGING);
    processes.add(jobManager(more));
    processes.add(start("taskmanager", TASK_MANAGER, "--configDir", conf.toString()));
    Configuration settings = GlobalConfiguration.loadConfiguration(conf.toString());
    rest = new RestClusterClient<>(settings, StandaloneClusterId.getInstance());
  }

  /** A port that was free may be taken before Flink listens there some seconds later. */
  private Process jobManager(String more) throws Exception {
    for (int i = 1; i <= STARTS; i++) {
      int restPort = FreePort.any();
      Files.writeString(conf.resolve("config.yaml"), settings(FreePort.any(), restPort) + more);
      Process process = start("jobmanager", JOB_MANAGER, "--configDir", conf.toString());
      WaitLimit.seconds(60).until(() -> !process.isAlive() || answers(restPort));
      if (process.isAlive()) {
        return process;
      }
    }
    throw new IOException("the JobManager does not start: " + folder.resolve("jobmanager.log"));
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private String settings(int rpcPort, int restPort) {
    // the memory of a TaskManager is usually divided by Flink's scripts
    return """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %s
        jobmanager.bind-host: 127.0.0.1
        rest.address: 127.0.0.1
        rest.port: %s
        rest.bind-address: 127.0.0.1
        taskmanager.host: 127.0.0.1
        taskmanager.bind-host: 127.0.0.1
        taskmanager.numberOfTaskSlots: 1
        taskmanager.cpu.cores: 1.0
        taskmanager.memory.framework.heap.size: 64m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.task.heap.size: 256m
        taskmanager.memory.task.off-heap.size: 0m
        taskmanager.memory.managed.size: 0m
        taskmanager.memory.network.min: 32m
        taskmanager.memory.network.max: 32m
        taskmanager.memory.jvm-metaspace.size: 128m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        execution.checkpointing.storage: filesystem
        execution.checkpointing.dir: %s
        restart-strategy.type: fixed-delay
        restart-strategy.fixed-delay.attempts: 100
        io.tmp.dirs: %s
        """
        .formatted(rpcPort, restPort, folder.resolve("checkpoints").toUri(), folder);
  }

  RestClusterClient<StandaloneClusterId> rest() {
    return rest;
  }

  boolean taskManagerLives() {
    return processes.get(1).isAlive();
  }

  /** How often its jobs were begun again, each time after all their tasks had ended. */
  long restarts() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("jobmanager.log"))) {
      return lines
          .filter(line -> line.contains("switched from state RESTARTING to RUNNING"))
          .count();
    }
  }

  /** All jobs it has ever got. */
  Collection<JobStatusMessage> jobs() throws Exception {
    return WaitLimit.seconds(30).get(rest.listJobs());
  }

  /** Runs Flink's client to its end, as {@code flink ARGUMENTS}. */
  Ended client(String... arguments) throws Exception {
    Process client = start("client", CLIENT, arguments);
    try {
      assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      client.destroyForcibly();
    }
    return new Ended(client.exitValue(), Files.readString(console("client")));
  }

  private Process start(String name, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", flink()));
    command.add("-Dlog.file=" + folder.resolve(name + ".log"));
    command.add("-Dlog4j.configurationFile=" + conf.resolve("log4j.properties"));
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add(main);
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(console(name).toFile());
    builder.environment().put("FLINK_CONF_DIR", conf.toString());
    return builder.start();
  }

  private static String flink() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !NOT_OF_FLINK.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path console(String process) {
    return folder.resolve(process + ".out");
  }

  @Override
  public void close() {
    rest.close();
    processes.forEach(Process::destroyForcibly);
  }
}
