// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** docker-compose.yml as a project of its own, at free ports; taken down at the end. */
final class Compose implements AutoCloseable {
  static final String PROJECT = "driftmoe-compose-test";

  private static final Duration MOST = Duration.ofMinutes(5);

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> command;

  /**
   * @param settings of the file by their variables
   */
  Compose(Map<String, String> settings) throws IOException, InterruptedException {
    environment.putAll(settings);
    environment.put("DOCKER_BUILDKIT", "0");
    environment.put("DRIFTMOE_IMAGE", Images.DRIFTMOE);
    for (String service : List.of("KAFKA", "FLINK", "PAGE", "PROMETHEUS", "GRAFANA")) {
      environment.put("DRIFTMOE_" + service + "_PORT", Integer.toString(freePort()));
    }
    command = new ArrayList<>(command());
    command.addAll(List.of("-p", PROJECT));
  }

  /** Compose 2 is a plug-in of docker, compose 1 a command. */
  private static List<String> command() throws IOException, InterruptedException {
    Command plugin =
        Command.run(Map.of(), MOST, List.of("docker", "compose", "version", "--short"));
    return plugin.exitCode() == 0 ? List.of("docker", "compose") : List.of("docker-compose");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where a service is found from outside, such as KAFKA. */
  String address(String service) {
    return "127.0.0.1:" + environment.get("DRIFTMOE_" + service + "_PORT");
  }

  String run(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    return Command.run(environment, MOST, line).succeeded();
  }

  /** The container of a service, also when it has ended. */
  String container(String service) throws IOException, InterruptedException {
    return String.join(
        "",
        Docker.list(
            "ps",
            "-aq",
            "--no-trunc",
            "--filter",
            label(),
            "--filter",
            "label=com.docker.compose.service=" + service));
  }

  static String label() {
    return "label=com.docker.compose.project=" + PROJECT;
  }

  @Override
  public void close() {
    try {
      run("down", "-v", "--remove-orphans", "-t", "2");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
