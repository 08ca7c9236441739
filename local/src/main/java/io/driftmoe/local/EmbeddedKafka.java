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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker that is also its own KRaft controller, in this JVM, on the loopback interface,
 * with its log in a folder of its own that {@link #close} deletes, or in one that stays.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String HOST = "127.0.0.1";
  private static final String BROKER = "BROKER";
  private static final String CONTROLLER = "CONTROLLER";
  private static final String PLAINTEXT = "PLAINTEXT";

  /** Kafka writes it when it formats a folder. */
  private static final String FORMATTED = "meta.properties";

  private final Path folder;
  private final boolean stays;
  private final Map<String, Integer> ports;
  private final KafkaRaftServer server;

  private EmbeddedKafka(
      Path folder, boolean stays, Map<String, Integer> ports, KafkaRaftServer server) {
    this.folder = folder;
    this.stays = stays;
    this.ports = ports;
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
    return start(parent, Map.of(), Map.of());
  }

  /**
   * Like {@link #start(Path)}, with further listeners and settings, such as those of TLS.
   *
   * @param listeners name to security protocol, each on a free port
   * @param more settings of the broker, which come first
   * @throws IOException when the folder cannot be written, no port is free, or the settings are
   *     wrong
   */
  public static EmbeddedKafka start(
      Path parent, Map<String, String> listeners, Map<String, String> more) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(parent), "kafka-");
    Map<String, String> protocols = protocols(listeners);
    try {
      return start(folder, false, protocols, freePorts(protocols.keySet()), more);
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
  }

  /**
   * Starts a broker whose log stays: one that had its log there goes on with its topics.
   *
   * @param folder that {@link #requireLog} takes, and no other broker uses: Kafka itself does not
   *     notice a second one before that has written to the first one's metadata
   * @param port for clients
   * @throws IOException when the folder cannot be written or the port is taken
   */
  static EmbeddedKafka startIn(Path folder, int port) throws IOException {
    Map<String, String> protocols = protocols(Map.of());
    Map<String, Integer> ports = freePorts(protocols.keySet());
    ports.put(BROKER, port);
    return start(folder, true, protocols, ports, Map.of());
  }

  /**
   * Makes a folder, or checks that it is empty, but for a lock, or a broker has had its log there.
   *
   * @throws IOException when it holds something else, or cannot be made
   */
  static void requireLog(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!isFormatted(folder) && !isEmpty(folder)) {
      throw new IOException(folder + " holds something that is no broker's: name another folder");
    }
  }

  private static EmbeddedKafka start(
      Path folder,
      boolean stays,
      Map<String, String> protocols,
      Map<String, Integer> ports,
      Map<String, String> more)
      throws IOException {
    if (DecimalFormatSymbols.getInstance(Locale.getDefault(Locale.Category.FORMAT)).getZeroDigit()
        != '0') {
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    }
    Map<String, String> settings = settings(folder, protocols, ports);
    settings.putAll(more);
    try {
      if (!isFormatted(folder)) {
        format(folder);
      }
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(folder, stays, ports, server);
    } catch (Exception e) {
      throw new IOException("the embedded Kafka broker did not start: " + FailureMessage.of(e), e);
    }
  }

  private static boolean isFormatted(Path folder) {
    return Files.exists(folder.resolve(FORMATTED));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(file -> file.getFileName().toString().equals(StateLock.FILE));
    }
  }

  private static Map<String, String> protocols(Map<String, String> listeners) {
    Map<String, String> protocols = new TreeMap<>(listeners);
    protocols.put(BROKER, PLAINTEXT);
    protocols.put(CONTROLLER, PLAINTEXT);
    return protocols;
  }

  /** host:port for clients. */
  public String bootstrap() {
    return bootstrap(BROKER);
  }

  /** host:port of a listener for clients. */
  public String bootstrap(String listener) {
    Integer port = ports.get(listener);
    if (port == null) {
      throw new IllegalArgumentException("no listener " + listener);
    }
    return HOST + ":" + port;
  }

  /** Stops the broker and deletes its log, unless that stays. */
  @Override
  public void close() throws IOException {
    server.shutdown();
    server.awaitShutdown();
    if (!stays) {
      delete(folder);
    }
  }

  private static void format(Path folder) throws Exception {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .run();
    }
  }

  private static Map<String, String> settings(
      Path folder, Map<String, String> protocols, Map<String, Integer> ports) {
    String forClients =
        ports.entrySet().stream()
            .filter(listener -> !listener.getKey().equals(CONTROLLER))
            .map(listener -> "%s://%s:%s".formatted(listener.getKey(), HOST, listener.getValue()))
            .collect(Collectors.joining(","));
    String controller = "%s:%s".formatted(HOST, ports.get(CONTROLLER));
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
    settings.put("listeners", "%s,%s://%s".formatted(forClients, CONTROLLER, controller));
    settings.put("advertised.listeners", forClients);
    settings.put(
        "listener.security.protocol.map",
        protocols.entrySet().stream()
            .map(listener -> listener.getKey() + ":" + listener.getValue())
            .collect(Collectors.joining(",")));
    settings.put("controller.listener.names", CONTROLLER);
    settings.put("inter.broker.listener.name", BROKER);
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

  private static Map<String, Integer> freePorts(Set<String> listeners) throws IOException {
    Map<String, Integer> ports = new TreeMap<>();
    List<ServerSocket> open = new ArrayList<>();
    try {
      // all open at once, so that they differ
      for (String listener : listeners) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(socket);
        ports.put(listener, socket.getLocalPort());
      }
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
    return ports;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
