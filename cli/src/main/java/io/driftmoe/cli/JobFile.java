// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
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
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--config: no file " + file);
    }
    try {
      return JobOptions.load(file, overrides);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--config %s: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
