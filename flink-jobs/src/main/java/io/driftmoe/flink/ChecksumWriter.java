// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the {@linkplain StateChecksums checksums} of each state that a job has completed, in a
 * thread of its own: all of it is read once more, from memory as a rule. Where a state takes longer
 * than the next one needs to come, the next one is left out.
 *
 * <p>Only of states in files of this machine or a shared folder: object stores have checksums of
 * their own.
 */
final class ChecksumWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ChecksumWriter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path checkpoints;
  private final Path savepoints;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          task -> {
            Thread made = new Thread(task, "state-checksums");
            made.setDaemon(true);
            return made;
          },
          new ThreadPoolExecutor.DiscardOldestPolicy());

  /**
   * @param checkpoints of the job, a folder each
   * @param savepoints likewise
   */
  ChecksumWriter(Path checkpoints, Path savepoints) {
    this.checkpoints = checkpoints;
    this.savepoints = savepoints;
  }

  /** That of a job with a state folder. */
  static ChecksumWriter of(ReadableConfig settings, JobID job) {
    return new ChecksumWriter(
        new Path(settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY), job.toHexString()),
        new Path(settings.get(CheckpointingOptions.SAVEPOINT_DIRECTORY)));
  }

  /** Whether the states of a job get any. */
  static boolean isFor(ReadableConfig settings) {
    return settings.get(CompletedNote.FILE) != null
        && isFile(settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        && isFile(settings.get(CheckpointingOptions.SAVEPOINT_DIRECTORY));
  }

  private static boolean isFile(String folder) {
    return folder != null && "file".equals(new Path(folder).toUri().getScheme());
  }

  void checkpointCompleted(long id) {
    thread.execute(() -> write(id));
  }

  private void write(long id) {
    try {
      Path checkpoint = new Path(checkpoints, "chk-" + id);
      if (checkpoint.getFileSystem().exists(checkpoint)) {
        StateChecksums.write(checkpoint.toString());
        deleteThoseOfDeleted();
      } else {
        writeOfSavepoint(id);
      }
    } catch (IOException | RuntimeException e) { // such as of a state that was deleted meanwhile
      LOG.info("no checksums of state {}: {}", id, FailureMessage.of(e));
    }
  }

  private void writeOfSavepoint(long id) throws IOException {
    for (Path savepoint : StateRun.folders(savepoints)) {
      String pointer = savepoint.toString();
      if (!StateChecksums.exist(pointer) && StateRun.saved(pointer).checkpointId() == id) {
        StateChecksums.write(pointer);
      }
    }
  }

  private void deleteThoseOfDeleted() throws IOException {
    for (FileStatus file : checkpoints.getFileSystem().listStatus(checkpoints)) {
      String name = file.getPath().getName();
      if (name.endsWith(StateChecksums.SUFFIX)) {
        String of = name.substring(0, name.length() - StateChecksums.SUFFIX.length());
        if (!checkpoints.getFileSystem().exists(new Path(checkpoints, of))) {
          checkpoints.getFileSystem().delete(file.getPath(), false);
        }
      }
    }
  }

  /** Ends when those of the latest state are written, or after a while. */
  void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
