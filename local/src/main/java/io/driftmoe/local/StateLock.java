// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder for one process. The lock ends with the process, however it ends; a file that
 * names the process would outlive it, and its number may be that of another one by then.
 */
final class StateLock implements AutoCloseable {
  /** Name of the file that is locked. */
  static final String FILE = "lock";

  /**
   * What this process has locked. It must not even open these files again: on POSIX systems a
   * process loses its locks of a file when it closes any one channel of it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private StateLock(Path file, FileChannel channel) {
    this.file = file;
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
    Path file = file(folder);
    if (!HELD.add(file)) {
      return null;
    }
    StateLock lock = null;
    try {
      lock = tryLock(file);
    } finally {
      if (lock == null) {
        HELD.remove(file);
      }
    }
    return lock;
  }

  private static Path file(Path folder) throws IOException {
    return folder.toRealPath().resolve(FILE);
  }

  private static @Nullable StateLock tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      return null;
    }
    byte[] process = thisProcess().getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0).write(ByteBuffer.wrap(process), 0);
    return new StateLock(file, channel);
  }

  private static String thisProcess() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Like {@link #tryTake}, for the states of a job. */
  static StateLock take(Path folder, String jobName) throws LocalException {
    try {
      StateLock lock = tryTake(folder);
      if (lock == null) {
        throw new LocalException(
            "job '%s' runs already, in process %s (state: %s); give each job its own job.name"
                .formatted(jobName, holder(folder), folder));
      }
      return lock;
    } catch (IOException e) {
      throw new LocalException("job.state-dir: " + FailureMessage.of(e), e);
    }
  }

  private static String holder(Path folder) throws IOException {
    Path file = file(folder);
    return HELD.contains(file) ? thisProcess() : Files.readString(file);
  }

  @Override
  public void close() throws LocalException {
    try {
      channel.close();
      HELD.remove(file);
    } catch (IOException e) {
      throw new LocalException("the lock is not released: " + FailureMessage.of(e), e);
    }
  }
}
