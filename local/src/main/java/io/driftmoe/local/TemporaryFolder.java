// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;

/** A folder for all that an embedded run writes; it goes when the run ends, however it ends. */
final class TemporaryFolder implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** A new folder in the system's temporary folder. */
  static TemporaryFolder create(String prefix) throws LocalException {
    try {
      return new TemporaryFolder(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new LocalException("no temporary folder: " + FailureMessage.of(e), e);
    }
  }

  Path path() {
    return path;
  }

  /** Deletes it; threads that are ending may still add a file meanwhile, so more than once. */
  @Override
  public void close() throws LocalException {
    @Nullable IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
      try {
        FileUtils.deleteDirectory(path.toFile());
      } catch (IOException e) {
        last = e;
      }
    }
    if (Files.exists(path)) {
      throw new LocalException(
          "cannot delete " + path + (last == null ? "" : ": " + FailureMessage.of(last)), last);
    }
  }
}
