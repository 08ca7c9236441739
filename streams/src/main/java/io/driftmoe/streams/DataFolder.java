// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of data files that are not part of the repository: the one that the environment
 * variable {@value #VARIABLE} names or else {@code shared/data} beside the repository.
 */
public final class DataFolder {
  /** Environment variable that names the folder. */
  public static final String VARIABLE = "DRIFTMOE_DATA";

  private DataFolder() {}

  /**
   * The path of a data file.
   *
   * @param name of the file inside the folder
   * @throws FileNotFoundException when there is no such file, naming the places that were tried
   */
  public static Path file(String name) throws FileNotFoundException {
    return file(name, System.getenv(VARIABLE), Path.of("").toAbsolutePath());
  }

  static Path file(String name, String configured, Path workingDirectory)
      throws FileNotFoundException {
    if (configured != null && !configured.isBlank()) {
      Path file = Path.of(configured, name);
      if (!Files.isRegularFile(file)) {
        throw new FileNotFoundException(
            "%s is not in the folder that %s names, %s".formatted(name, VARIABLE, configured));
      }
      return file;
    }
    for (Path at = workingDirectory; at != null; at = at.getParent()) {
      Path file = at.resolve("../shared/data").resolve(name).normalize();
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new FileNotFoundException(
        "%s not found: set %s to the folder that holds it (no shared/data beside %s or above it)"
            .formatted(name, VARIABLE, workingDirectory));
  }
}
