// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a program of this machine came to.
 *
 * @param output of both kinds, in order
 */
record Command(List<String> line, int exitCode, String output) {

  /** Runs a program in the root of the checkout; it is killed when the time is over. */
  static Command run(Map<String, String> environment, Duration most, List<String> line)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("output", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(Checkout.ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "%s took more than %s: %s".formatted(line, most, Files.readString(output)));
      }
      return new Command(line, process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /**
   * What it printed, without the line break at the end.
   *
   * @throws AssertionError when it failed
   */
  String succeeded() {
    if (exitCode != 0) {
      throw new AssertionError("%s ended with %s: %s".formatted(line, exitCode, output));
    }
    return output.strip();
  }
}
