// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of a data set in a folder, there or not.
 *
 * <p>Where nobody publishes a SHA-256, the one of the first download is recorded beside the file,
 * in FILE{@value #RECORD} as the command {@code sha256sum -c} reads it, and holds from then on.
 *
 * @param dataset what the file is
 * @param path where it is or will be
 */
public record DatasetFile(Dataset dataset, Path path) {
  static final String RECORD = ".sha256";
  private static final Pattern RECORDED = Pattern.compile("([0-9a-f]{64}) [ *](.+)\\R?");

  /** Rejects null. */
  public DatasetFile {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(path, "path");
  }

  /** The file of a data set in that folder. */
  public static DatasetFile in(Path folder, Dataset dataset) {
    return new DatasetFile(dataset, folder.resolve(dataset.file()));
  }

  /** Whether the file is there, whatever its bytes. */
  public boolean isPresent() {
    return Files.isRegularFile(path);
  }

  /**
   * The SHA-256 that the file must have: the published one, else the recorded one.
   *
   * @throws IOException when there is a record that cannot be read or is malformed
   */
  public Optional<String> expectedSha256() throws IOException {
    if (dataset.sha256() != null) {
      return Optional.of(dataset.sha256());
    }
    String line;
    try {
      line = Files.readString(record());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher matcher = RECORDED.matcher(line);
    if (!matcher.matches()) {
      throw new IOException(record() + ": not a line of SHA-256 and file name");
    }
    return Optional.of(matcher.group(1));
  }

  /**
   * The SHA-256 that the file has; reads all of it.
   *
   * @throws IOException when it is not there or cannot be read
   */
  public String actualSha256() throws IOException {
    return Sha256.of(path);
  }

  /** Writes down what the file must be from now on. */
  void record(String sha256) throws IOException {
    Files.writeString(record(), sha256 + "  " + path.getFileName() + "\n");
  }

  private Path record() {
    return path.resolveSibling(path.getFileName() + RECORD);
  }
}
