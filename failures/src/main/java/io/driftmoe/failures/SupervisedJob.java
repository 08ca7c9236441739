// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The job as {@code driftmoe job --supervise} runs it on one machine: a process that watches
 * another, in which JobManager and TaskManager are.
 */
final class SupervisedJob implements RunningJob {
  /** The script's collector is another one. */
  private static final String OPTIONS = "-Xmx768m -XX:-UseParallelGC -XX:+UseSerialGC";

  private static final String PARALLELISM = "job.parallelism";

  private final Rig rig;
  private final Map<String, String> keys;
  private final Path script;

  private RigProcess watcher;

  /**
   * @param keys of its configuration, all but the schema
   * @param script that runs commands of driftmoe
   */
  SupervisedJob(Rig rig, Map<String, String> keys, Path script) {
    this.rig = rig;
    this.keys = new TreeMap<>(keys);
    this.script = script;
    this.keys.put("job.state-dir", rig.layout().folder().resolve("state").toString());
    this.watcher = process();
  }

  private RigProcess process() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(script.toAbsolutePath().toString(), "job", "--supervise", "--no-ui"));
    command.addAll(List.of("--config", rig.layout().jobConfig().toString()));
    keys.forEach((key, value) -> command.add("-D" + key + "=" + value));
    return rig.supervise(command, Map.of("JAVA_OPTS", OPTIONS));
  }

  @Override
  public void submit() throws IOException {
    watcher.start();
  }

  /** The first prediction says so. */
  @Override
  public void awaitRunning() {}

  /** With SIGTERM, as a service manager does; the jar stays that of the script. */
  @Override
  public void restart(Path jar, int parallelism) throws IOException, InterruptedException {
    watcher.terminate();
    keys.put(PARALLELISM, Integer.toString(parallelism));
    watcher = process();
    watcher.start();
  }

  /** Kills the process in which the job is; the one that watches lives. */
  void killWatched() {
    watcher.killChildren();
  }

  @Override
  public Path jar() {
    return script;
  }

  @Override
  public int parallelism() {
    return Integer.parseInt(Objects.requireNonNull(keys.get(PARALLELISM), PARALLELISM));
  }

  /** Has no web interface that could be asked. */
  @Override
  public OptionalLong restarts() {
    return OptionalLong.empty();
  }

  /** It goes with the rig. */
  @Override
  public void close() {}
}
