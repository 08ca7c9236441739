// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import io.driftmoe.flink.StateFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Writes what the processes of a rig read when they start. */
final class ConfigFiles {
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

  private final Layout layout;

  ConfigFiles(Layout layout) {
    this.layout = layout;
  }

  /** Writes all files and formats the broker's log. */
  void write() throws IOException {
    Files.createDirectories(layout.conf());
    Files.createDirectories(layout.logs());
    Files.createDirectories(layout.checkpoints());
    Files.writeString(logging(), LOGGING);
    Files.writeString(layout.conf().resolve("config.yaml"), flink());
    Files.writeString(zooKeeper(), zooKeeperSettings());
    Files.writeString(broker(), brokerSettings());
    format();
  }

  Path logging() {
    return layout.conf().resolve("log4j.properties");
  }

  Path zooKeeper() {
    return layout.conf().resolve("zoo.cfg");
  }

  Path broker() {
    return layout.conf().resolve("broker.properties");
  }

  private void format() throws IOException {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      String[] arguments = {
        "format", "-t", Uuid.randomUuid().toString(), "-c", broker().toString()
      };
      if (StorageTool.execute(arguments, quiet) != 0) {
        throw new IOException("the log of the broker cannot be formatted: " + layout.kafkaLog());
      }
    }
  }

  /**
   * Two slots each, so that one TaskManager can carry a job of parallelism 2 alone, and both one of
   * parallelism 4; the job has tasks in both. A TaskManager that is silent for 10 s is given up.
   */
  private String flink() {
    return """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.bind-host: 127.0.0.1
        high-availability.type: zookeeper
        high-availability.zookeeper.quorum: 127.0.0.1:%s
        high-availability.storageDir: %s
        rest.address: 127.0.0.1
        rest.port: %s
        rest.bind-address: 127.0.0.1
        taskmanager.host: 127.0.0.1
        taskmanager.bind-host: 127.0.0.1
        taskmanager.numberOfTaskSlots: 2
        taskmanager.cpu.cores: 2.0
        taskmanager.memory.framework.heap.size: 64m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.task.heap.size: 448m
        taskmanager.memory.task.off-heap.size: 0m
        taskmanager.memory.managed.size: 0m
        taskmanager.memory.network.min: 64m
        taskmanager.memory.network.max: 64m
        taskmanager.memory.jvm-metaspace.size: 256m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        taskmanager.load-balance.mode: SLOTS
        heartbeat.interval: 1000
        heartbeat.timeout: 10000
        execution.checkpointing.storage: filesystem
        execution.checkpointing.dir: %s
        io.tmp.dirs: %s
        """
        .formatted(
            layout.zooKeeper(),
            StateFolder.pointer(layout.folder().resolve("high-availability").toString()),
            layout.rest(),
            StateFolder.pointer(layout.checkpoints().toString()),
            layout.folder());
  }

  private String zooKeeperSettings() {
    return """
        dataDir=%s
        clientPort=%s
        clientPortAddress=127.0.0.1
        admin.enableServer=false
        tickTime=500
        """
        .formatted(layout.folder().resolve("zookeeper"), layout.zooKeeper());
  }

  /** The job has a listener of its own, so that a proxy can stand in front of it. */
  private String brokerSettings() {
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%1$s
        listeners=ALL://127.0.0.1:%2$s,JOB://127.0.0.1:%3$s,CONTROLLER://127.0.0.1:%1$s
        advertised.listeners=ALL://127.0.0.1:%2$s,JOB://127.0.0.1:%4$s
        listener.security.protocol.map=ALL:PLAINTEXT,JOB:PLAINTEXT,CONTROLLER:PLAINTEXT
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=ALL
        log.dirs=%5$s
        num.io.threads=2
        num.network.threads=1
        auto.create.topics.enable=false
        transaction.max.timeout.ms=%6$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.num.partitions=4
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        """
        .formatted(
            layout.controller(),
            layout.broker(),
            layout.brokerOfJob(),
            layout.proxy(),
            layout.kafkaLog(),
            Load.LONG_TRANSACTIONS.toMillis());
  }
}
