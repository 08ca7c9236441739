// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder for one process. The lock ends with the process, however it ends; a file that
 * names the process would outlive it, and its number may be that of another one by then.
 */
final class StateLock implements AutoCloseable {
  private static final String FILE = "lock";

  private final FileChannel channel;

  private StateLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Whether a folder has ever been locked. */
  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Takes the lock of a folder, which is made where it is missing.
   *
   * @return null when another process, or another user of this one, has it
   */
  static @Nullable StateLock tryTake(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (isTaken(channel)) {
      channel.close();
      return null;
    }
    byte[] process =
        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0).write(ByteBuffer.wrap(process), 0);
    return new StateLock(channel);
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    }
  }

  /** Like {@link #tryTake}, for the states of a job. */
  static StateLock take(Path folder, String jobName) throws LocalException {
    try {
      StateLock lock = tryTake(folder);
      if (lock == null) {
        throw new LocalException(
            "job '%s' runs already, in process %s (state: %s); give each job its own job.name"
                .formatted(jobName, Files.readString(folder.resolve(FILE)), folder));
      }
      return lock;
    } catch (IOException e) {
      throw new LocalException("job.state-dir: " + FailureMessage.of(e), e);
    }
  }

  @Override
  public void close() throws LocalException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalException("the lock is not released: " + FailureMessage.of(e), e);
    }
  }
}
