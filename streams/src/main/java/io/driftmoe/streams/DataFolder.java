// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of data files that are not part of the repository: the one that the environment
 * variable {@value #VARIABLE} names or else {@code data} in the working directory or above it, or
 * {@code shared/data} beside one of them.
 */
public final class DataFolder {
  /** Environment variable that names the folder. */
  public static final String VARIABLE = "DRIFTMOE_DATA";

  private DataFolder() {}

  /** The folder that new files go to: the configured one, else data in the working directory. */
  public static Path forNewFiles() {
    return forNewFiles(System.getenv(VARIABLE), Path.of("").toAbsolutePath());
  }

  static Path forNewFiles(String configured, Path workingDirectory) {
    return configured != null && !configured.isBlank()
        ? Path.of(configured)
        : workingDirectory.resolve("data");
  }

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
      for (String folder : List.of("data", "../shared/data")) {
        Path file = at.resolve(folder).resolve(name).normalize();
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    throw new FileNotFoundException(
        "%s not found: set %s to the folder that holds it (not in data or ../shared/data of %s or above it)"
            .formatted(name, VARIABLE, workingDirectory));
  }
}
