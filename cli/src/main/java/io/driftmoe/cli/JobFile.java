// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.SecretProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Reads a job's configuration; whatever is wrong with it is wrong usage. */
final class JobFile {
  private JobFile() {}

  /**
   * Reads the file.
   *
   * @param overrides dotted keys to values, from {@code -Dkey=value}
   * @throws UsageException when there is no such file, or naming the key at fault
   */
  static JobOptions load(Path file, Map<String, String> overrides) throws CommandException {
    if (!Files.exists(file)) {
      throw new UsageException("--config: no file " + file);
    }
    if (Files.isDirectory(file)) {
      throw new UsageException("--config must be a file, and %s is a folder".formatted(file));
    }
    refuseSecrets(overrides);
    try {
      return JobOptions.load(file, overrides);
    } catch (IllegalArgumentException e) {
      String option = isValid(file) ? "-D" : "--config " + file;
      throw new UsageException(option + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("--config %s: %s".formatted(file, FailureMessage.of(e)), e);
    }
  }

  /**
   * Options with some of their keys replaced.
   *
   * @param overrides dotted keys to values, from {@code -Dkey=value}
   * @throws UsageException naming the key at fault
   */
  static JobOptions override(JobOptions options, Map<String, String> overrides) {
    refuseSecrets(overrides);
    try {
      return JobOptions.parse(options.toYaml(), overrides);
    } catch (IllegalArgumentException e) {
      throw new UsageException("-D: " + e.getMessage(), e);
    }
  }

  private static void refuseSecrets(Map<String, String> overrides) {
    try {
      SecretProperties.refuseOnCommandLine(overrides);
    } catch (IllegalArgumentException e) {
      throw new UsageException("-D" + e.getMessage(), e);
    }
  }

  /** Whether the file alone is a configuration, so that a fault is in what overrides it. */
  private static boolean isValid(Path file) throws CommandException {
    try {
      JobOptions.load(file, Map.of());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    } catch (IOException e) {
      throw new CommandException("--config %s: %s".formatted(file, FailureMessage.of(e)), e);
    }
  }
}
