// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command lines of the processes of a rig. Those of Flink have Flink on their class path and
 * nothing of ours: that comes with the job jar.
 */
final class ProcessCommands {
  /** What the job jar brings along, and what only this process needs. */
  private static final Pattern NOT_OF_FLINK =
      Pattern.compile(
          "(driftmoe|jspecify|kafka|moa|avro|aparapi|bcel|jackson|snakeyaml-\\d|flink-connector-kafka).*"
              + "|(junit|jqwik|assertj|awaitility|hamcrest|picocli).*|.*-tests\\.jar");

  /**
   * Or class loaders of jobs that have ended stay for minutes, and hide those that stay for ever.
   */
  private static final String NO_SOFT_REFERENCES = "-XX:SoftRefLRUPolicyMSPerMB=0";

  private final Layout layout;
  private final ConfigFiles files;

  ProcessCommands(Layout layout, ConfigFiles files) {
    this.layout = layout;
    this.files = files;
  }

  List<String> zooKeeper() {
    return java(
        "zookeeper",
        flink(),
        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
        "--zkConfigFile",
        files.zooKeeper().toString(),
        "--peerId",
        "1");
  }

  List<String> broker() {
    return java(
        "broker",
        System.getProperty("java.class.path"),
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
        "kafka.Kafka",
        files.broker().toString());
  }

  List<String> jobManager() {
    return jobManager(
        "jobmanager",
        flink(),
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        "--configDir",
        layout.conf().toString());
  }

  /** A JobManager that executes one job, in application mode. */
  List<String> application(String name, Path entryPoint, String main, String... arguments) {
    return jobManager(
        name, flink() + File.pathSeparator + entryPoint.toAbsolutePath(), main, arguments);
  }

  private List<String> jobManager(String name, String classPath, String main, String... arguments) {
    return java(
        name,
        classPath,
        List.of(
            "-Xmx512m",
            NO_SOFT_REFERENCES,
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.util=ALL-UNNAMED"),
        main,
        arguments);
  }

  List<String> taskManager(String name) {
    return java(
        name,
        flink(),
        List.of("-Xmx512m", NO_SOFT_REFERENCES, "-XX:MaxMetaspaceSize=256m"),
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        "--configDir",
        layout.conf().toString());
  }

  /** Flink's client, as the script {@code flink} of its distribution calls it. */
  List<String> client(String... arguments) {
    return java(
        "client",
        flink(),
        List.of(
            "-Xmx256m", "-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.util=ALL-UNNAMED"),
        "org.apache.flink.client.cli.CliFrontend",
        arguments);
  }

  private List<String> java(
      String name, String classPath, List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.add("-Dlog.file=" + layout.logs().resolve(name + ".log"));
    command.add("-Dlog4j.configurationFile=" + files.logging());
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String flink() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !NOT_OF_FLINK.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
