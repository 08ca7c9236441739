// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The docker command. */
final class Docker {
  private static final Duration MOST = Duration.ofMinutes(5);

  private Docker() {}

  /** What it printed. */
  static String run(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("docker"));
    line.addAll(List.of(arguments));
    return Command.run(Map.of("DOCKER_BUILDKIT", "0"), MOST, line).succeeded();
  }

  /** What it listed, a line each. */
  static List<String> list(String... arguments) throws IOException, InterruptedException {
    return run(arguments).lines().toList();
  }
}
