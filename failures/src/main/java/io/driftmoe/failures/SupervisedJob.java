// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The job as {@code driftmoe job --supervise} runs it on one machine: a process that watches
 * another, in which JobManager and TaskManager are.
 */
final class SupervisedJob implements RunningJob {
  private final Layout layout;
  private final Load load;
  private final String bootstrap;
  private final Path script;

  private int parallelism;
  private RigProcess watcher;

  /**
   * @param bootstrap of the broker, as the job is to reach it
   * @param script that runs commands of driftmoe
   */
  SupervisedJob(Layout layout, Load load, String bootstrap, Path script) {
    this.layout = layout;
    this.load = load;
    this.bootstrap = bootstrap;
    this.script = script;
    this.parallelism = load.options(bootstrap).job().parallelism();
    this.watcher = process();
  }

  private RigProcess process() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(script.toAbsolutePath().toString(), "job", "--supervise", "--no-ui"));
    command.addAll(List.of("--config", layout.jobConfig().toString()));
    load.keys(bootstrap).forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-Djob.parallelism=" + parallelism);
    command.add("-Djob.state-dir=" + layout.folder().resolve("state"));
    return new RigProcess(
        "job",
        command,
        Map.of("JAVA_OPTS", "-Xmx768m -XX:-UseParallelGC -XX:+UseSerialGC"),
        layout.logs().resolve("job.out"));
  }

  @Override
  public void submit() throws IOException {
    load.writeSchema(layout.jobConfig());
    watcher.start();
  }

  /** The first prediction says so. */
  @Override
  public void awaitRunning() {}

  /** With SIGTERM, as a service manager does; the jar stays that of the script. */
  @Override
  public void restart(Path jar, int parallelism) throws IOException, InterruptedException {
    watcher.terminate();
    this.parallelism = parallelism;
    watcher = process();
    watcher.start();
  }

  /** Kills the process in which the job is; the one that watches lives. */
  void killWatched() {
    ProcessHandle.of(watcher.pid()).orElseThrow().children().forEach(SupervisedJob::kill);
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public Path jar() {
    return script;
  }

  @Override
  public int parallelism() {
    return parallelism;
  }

  /** Has no web interface that could be asked. */
  @Override
  public OptionalLong restarts() {
    return OptionalLong.empty();
  }

  /** Kills both processes. */
  @Override
  public void close() {
    List<ProcessHandle> watched =
        ProcessHandle.of(watcher.pid()).stream().flatMap(ProcessHandle::children).toList();
    watcher.close();
    watched.forEach(SupervisedJob::kill);
  }
}
