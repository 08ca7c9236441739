// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.apache.commons.io.FileUtils;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A folder for all that an embedded run writes; it goes when the run ends. When the process is
 * killed, the folder stays until the next run makes one.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(TemporaryFolder.class);
  private static final int ATTEMPTS = 5;
  private static final String OURS = "driftmoe-";

  private final Path path;
  private final StateLock lock;

  private TemporaryFolder(Path path, StateLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /** A new folder in the system's temporary folder. */
  public static TemporaryFolder create(String run) throws LocalException {
    return create(Path.of(System.getProperty("java.io.tmpdir")), run);
  }

  /**
   * A new folder in another one; those that processes left there which are no more are deleted.
   *
   * @param run names it
   */
  static TemporaryFolder create(Path parent, String run) throws LocalException {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Path path = Files.createTempDirectory(parent, OURS + run + "-");
        StateLock lock = StateLock.tryTake(path);
        if (lock != null) { // else somebody takes it for a leftover, and deletes it
          deleteLeftovers(parent, Files.getOwner(path));
          return new TemporaryFolder(path, lock);
        }
      }
    } catch (IOException e) {
      throw new LocalException("no temporary folder: " + FailureMessage.of(e), e);
    }
    throw new LocalException("no temporary folder: each new one is deleted at once", null);
  }

  private static void deleteLeftovers(Path parent, UserPrincipal owner) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, OURS + "*")) {
      for (Path folder : folders) {
        deleteIfLeft(folder, owner);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("leftovers in {} cannot be listed", parent, e);
    }
  }

  /** A folder of a process that lives is locked; one without a file to lock is none of ours. */
  private static void deleteIfLeft(Path folder, UserPrincipal owner) {
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner)
          || !StateLock.isIn(folder)) {
        return;
      }
      try (StateLock lock = StateLock.tryTake(folder)) {
        if (lock != null) {
          FileUtils.deleteDirectory(folder.toFile());
        }
      }
    } catch (IOException | LocalException e) {
      LOG.debug("leftover {} stays", folder, e); // such as one that another process deletes now
    }
  }

  public Path path() {
    return path;
  }

  /** Deletes it; threads that are ending may still add a file meanwhile, so more than once. */
  @Override
  public void close() throws LocalException {
    lock.close();
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
