// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper, a broker, a JobManager and two TaskManagers, each a process, in one folder that goes
 * with them. The JobManager finds its jobs again in ZooKeeper, as Flink's documentation of high
 * availability has it. All listen on the loopback interface.
 */
final class Rig implements AutoCloseable {
  private final Layout layout;
  private final Set<Extra> extras;
  private final RigProcess zooKeeper;
  private final RigProcess broker;
  private final RigProcess jobManager;
  private final List<RigProcess> taskManagers;
  private final HeapHogJar heapHog;
  private final Thread onExit = new Thread(this::killAll, "stop-rig");

  private @Nullable OwnClock clock;
  private @Nullable RigProcess supervised;
  private @Nullable SmallDisk disk;
  private @Nullable TcpProxy proxy;

  private Rig(Layout layout, Set<Extra> extras) throws IOException {
    this.layout = layout;
    this.extras = extras;
    if (extras.contains(Extra.SMALL_DISK)) {
      disk = SmallDisk.mount(layout.checkpoints());
    }
    ConfigFiles files = new ConfigFiles(layout);
    files.write();
    heapHog = HeapHogJar.write(layout.folder().resolve("heap-hog.jar"));
    ProcessCommands commands = new ProcessCommands(layout, files);
    zooKeeper = process("zookeeper", commands.zooKeeper(), Map.of());
    broker = process("broker", commands.broker(), Map.of());
    Map<String, String> flink = Map.of();
    if (extras.contains(Extra.OWN_CLOCK)) {
      clock = OwnClock.in(layout.folder());
      flink = clock.environment();
    }
    jobManager = process("jobmanager", commands.jobManager(), flink);
    taskManagers = new ArrayList<>();
    for (String name : List.of("taskmanager-1", "taskmanager-2")) {
      taskManagers.add(process(name, commands.taskManager(name), flink));
    }
  }

  /** A process that runs the job, instead of a cluster; it goes with the rig. */
  RigProcess supervise(List<String> command, Map<String, String> environment) {
    RigProcess process = process("job", command, environment);
    supervised = process;
    return process;
  }

  private RigProcess process(String name, List<String> command, Map<String, String> environment) {
    return new RigProcess(name, command, environment, layout.logs().resolve(name + ".out"));
  }

  /**
   * Starts all processes; they are not all ready then.
   *
   * @param folder is made, and deleted at the end
   */
  static Rig start(Path folder, Set<Extra> extras) throws IOException {
    Rig rig = new Rig(Layout.in(Files.createDirectories(folder)), extras);
    Runtime.getRuntime().addShutdownHook(rig.onExit);
    if (extras.contains(Extra.PROXY)) {
      rig.proxy = new TcpProxy(rig.layout.proxy(), rig.layout.brokerOfJob());
    }
    for (RigProcess process : rig.processes()) {
      process.start();
    }
    return rig;
  }

  Layout layout() {
    return layout;
  }

  /** Where the job finds the broker. */
  String bootstrapOfJob() {
    return layout.bootstrapOfJob(extras.contains(Extra.PROXY));
  }

  boolean has(Extra extra) {
    return extras.contains(extra);
  }

  RigProcess broker() {
    return broker;
  }

  RigProcess jobManager() {
    return jobManager;
  }

  /** The first or the second. */
  RigProcess taskManager(int index) {
    return taskManagers.get(index);
  }

  OwnClock clock() {
    return there(clock, Extra.OWN_CLOCK);
  }

  HeapHogJar heapHog() {
    return heapHog;
  }

  SmallDisk disk() {
    return there(disk, Extra.SMALL_DISK);
  }

  TcpProxy proxy() {
    return there(proxy, Extra.PROXY);
  }

  private <T> T there(@Nullable T part, Extra extra) {
    if (part == null || !extras.contains(extra)) {
      throw new IllegalStateException("this rig was started without " + extra);
    }
    return part;
  }

  /** Processes that ended although nobody killed them, and how often. */
  Map<String, Integer> exits() {
    Map<String, Integer> exits = new TreeMap<>();
    for (RigProcess process : processes()) {
      if (process.exits() > 0) {
        exits.put(process.name(), process.exits());
      }
    }
    return exits;
  }

  private List<RigProcess> processes() {
    if (extras.contains(Extra.SUPERVISED)) {
      return supervised == null ? List.of(broker) : List.of(broker, supervised);
    }
    List<RigProcess> processes = new ArrayList<>(List.of(zooKeeper, broker, jobManager));
    processes.addAll(taskManagers);
    return processes;
  }

  private void killAll() {
    processes().forEach(RigProcess::close);
  }

  /** Kills all processes and deletes what they wrote, but for their logs. */
  void closeAndKeepLogs() throws IOException {
    end();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.folder())) {
      for (Path entry : entries) {
        if (!entry.equals(layout.logs())) {
          FileUtils.forceDelete(entry.toFile());
        }
      }
    }
  }

  /** Kills all processes and deletes what they wrote. */
  @Override
  public void close() throws IOException {
    end();
    FileUtils.deleteDirectory(layout.folder().toFile());
  }

  private void end() throws IOException {
    killAll();
    if (proxy != null) {
      proxy.close();
    }
    if (disk != null) {
      disk.close();
    }
    Runtime.getRuntime().removeShutdownHook(onExit);
  }
}
