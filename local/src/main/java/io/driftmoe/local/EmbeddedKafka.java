// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormatSymbols;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker that is also its own KRaft controller, in this JVM, on the loopback interface,
 * with its log in a folder of its own that {@link #close} deletes.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;

  private final Path folder;
  private final String bootstrap;
  private final KafkaRaftServer server;

  private EmbeddedKafka(Path folder, String bootstrap, KafkaRaftServer server) {
    this.folder = folder;
    this.bootstrap = bootstrap;
    this.server = server;
  }

  /**
   * Starts a broker on a free port. Where numbers are formatted with other digits than 0 to 9, this
   * JVM formats them for no locale from now on: Kafka names the files of its log by them, and does
   * not find files with other digits.
   *
   * @param parent folder in which the broker makes its own
   * @throws IOException when the folder cannot be written or no port is free
   */
  public static EmbeddedKafka start(Path parent) throws IOException {
    if (DecimalFormatSymbols.getInstance(Locale.getDefault(Locale.Category.FORMAT)).getZeroDigit()
        != '0') {
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    }
    Path folder = Files.createTempDirectory(Files.createDirectories(parent), "kafka-");
    int[] ports = freePorts();
    Map<String, String> settings = settings(folder, ports[0], ports[1]);
    try {
      format(folder, settings);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(folder, "127.0.0.1:" + ports[0], server);
    } catch (Exception e) {
      delete(folder);
      throw new IOException("the embedded Kafka broker did not start: " + FailureMessage.of(e), e);
    }
  }

  /** host:port for clients. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Stops the broker and deletes its log. */
  @Override
  public void close() throws IOException {
    server.shutdown();
    server.awaitShutdown();
    delete(folder);
  }

  private static void format(Path folder, Map<String, String> settings) throws Exception {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .run();
    }
  }

  private static Map<String, String> settings(Path folder, int port, int controllerPort) {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put(
        "listeners",
        "BROKER://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s".formatted(port, controllerPort));
    settings.put("advertised.listeners", "BROKER://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "BROKER");
    settings.put("log.dirs", folder.toString());
    // one broker for one job: as many threads as small machines have cores
    settings.put("num.io.threads", "2");
    settings.put("num.network.threads", "1");
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    return settings;
  }

  private static int[] freePorts() throws IOException {
    // both open at once, so that they differ
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
