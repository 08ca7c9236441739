// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
    return firstOf(List.of(name));
  }

  /**
   * The path of a data file that goes by several names.
   *
   * @param names of the file inside the folder, the preferred one first
   * @throws FileNotFoundException when there is none of them, naming them and the places tried
   */
  public static Path firstOf(List<String> names) throws FileNotFoundException {
    return firstOf(names, System.getenv(VARIABLE), Path.of("").toAbsolutePath());
  }

  static Path firstOf(List<String> names, String configured, Path workingDirectory)
      throws FileNotFoundException {
    String wanted = String.join(" or ", names);
    if (configured != null && !configured.isBlank()) {
      return in(Path.of(configured), names)
          .orElseThrow(
              () ->
                  new FileNotFoundException(
                      "%s is not in the folder that %s names, %s"
                          .formatted(wanted, VARIABLE, configured)));
    }
    for (Path at = workingDirectory; at != null; at = at.getParent()) {
      for (String folder : List.of("data", "../shared/data")) {
        Optional<Path> file = in(at.resolve(folder).normalize(), names);
        if (file.isPresent()) {
          return file.get();
        }
      }
    }
    throw new FileNotFoundException(
        "%s not found: set %s to the folder that holds it (not in data or ../shared/data of %s or above it)"
            .formatted(wanted, VARIABLE, workingDirectory));
  }

  private static Optional<Path> in(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }
}
