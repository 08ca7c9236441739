// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A network with a broker, and containers of our image in it. */
final class Containers implements AutoCloseable {
  /** The broker as the others in the network find it. */
  static final String BOOTSTRAP = "kafka:19092";

  static final String CONFIG = "/etc/driftmoe/job.yaml";

  private static final Duration MOST = Duration.ofMinutes(3);

  private final Network network = Network.newNetwork();
  private final KafkaContainer kafka =
      new KafkaContainer(
              DockerImageName.parse(Images.kafka()).asCompatibleSubstituteFor("apache/kafka"))
          .withEnv("KAFKA_HEAP_OPTS", "-Xmx512m")
          .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
          .withListener(BOOTSTRAP)
          .withNetwork(network);

  /** Starts the broker and creates the topics. */
  void start() {
    kafka.start();
    run("topics", "--config", CONFIG, "-Dkafka.bootstrap=" + BOOTSTRAP).close();
  }

  KafkaContainer kafka() {
    return kafka;
  }

  /** Ends the broker in order, and starts it again with what it has on disk. */
  void restartBroker() {
    kafka.getDockerClient().restartContainerCmd(kafka.getContainerId()).exec();
  }

  /** A container of some image in the network, not started yet. */
  GenericContainer<?> container(String image) {
    return new GenericContainer<>(DockerImageName.parse(image)).withNetwork(network);
  }

  private GenericContainer<?> driftmoe(String... arguments) {
    Path config = Checkout.ROOT.resolve("docker/job.yaml");
    return container(Images.DRIFTMOE)
        .withEnv("JAVA_OPTS", "-Xmx384m -XX:TieredStopAtLevel=1")
        .withCopyFileToContainer(MountableFile.forHostPath(config), CONFIG)
        .withCommand(arguments);
  }

  /** Starts our command, which goes on. */
  GenericContainer<?> begin(String... arguments) {
    GenericContainer<?> container =
        driftmoe(arguments).withStartupCheckStrategy(new IsRunningStartupCheckStrategy());
    container.start();
    return container;
  }

  /** Runs our command to its end, which must be a good one. */
  GenericContainer<?> run(String... arguments) {
    GenericContainer<?> container =
        driftmoe(arguments)
            .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(MOST));
    container.start();
    return container;
  }

  /** Runs our command to its end. */
  List<String> output(String... arguments) {
    try (GenericContainer<?> container = run(arguments)) {
      return container.getLogs().lines().toList();
    }
  }

  @Override
  public void close() {
    kafka.close();
    network.close();
  }
}
