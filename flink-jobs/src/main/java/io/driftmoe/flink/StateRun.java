// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job, from a start of the process or a submission to its end, with the states it left
 * behind. The restarts of Flink after a failure are part of a run.
 *
 * @param number of the run, from 1
 * @param folder for what it leaves behind
 * @param checkpoints folder of its checkpoints
 * @param begin how it began; null when that is not there or cannot be read
 */
record StateRun(int number, Path folder, Path checkpoints, @Nullable Begin begin) {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final String BEGIN = "run.json";
  private static final String ELSEWHERE = "savepoint";
  private static final String COMPLETED = "completed";
  private static final String NOT_BEGUN = "not-begun";
  private static final String METADATA = "_metadata";
  private static final String CHECKPOINT = "chk-";

  /**
   * How a run began.
   *
   * @param from the savepoint or checkpoint it went on from; null for a job that began anew
   * @param cluster id of the Kafka cluster
   * @param inputs ids of the topics that it reads, by name
   * @param checkpoints folder of its checkpoints
   */
  record Begin(
      @Nullable String from, String cluster, Map<String, String> inputs, String checkpoints) {
    Begin {
      Objects.requireNonNull(cluster, "cluster");
      Objects.requireNonNull(inputs, "inputs");
      Objects.requireNonNull(checkpoints, "checkpoints");
    }
  }

  /**
   * A state to go on from.
   *
   * @param pointer its folder
   * @param checkpointId the higher the later, within a run; the highest when it cannot be read
   * @param fault why it is of no use; empty when it is
   */
  record Saved(String pointer, long checkpointId, String fault) {}

  /** Makes the folder of a run. */
  static StateRun create(int number, Path folder, Begin begin) throws IOException {
    FileSystem files = folder.getFileSystem();
    files.mkdirs(folder);
    Path unfinished = new Path(folder, BEGIN + ".unfinished");
    try (OutputStream out = files.create(unfinished, FileSystem.WriteMode.OVERWRITE)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(begin));
    }
    files.rename(unfinished, new Path(folder, BEGIN)); // whole or not at all
    return new StateRun(number, folder, new Path(begin.checkpoints()), begin);
  }

  /**
   * A run that has a folder.
   *
   * @param checkpoints where they are when the run itself does not say
   */
  static StateRun read(int number, Path folder, Path checkpoints) throws IOException {
    Path file = new Path(folder, BEGIN);
    Begin begin = null;
    if (folder.getFileSystem().exists(file)) {
      try (InputStream in = folder.getFileSystem().open(file)) {
        begin = JSON.readValue(in, Begin.class);
      } catch (JacksonException e) {
        begin = null; // isDamaged
      }
    }
    return new StateRun(
        number, folder, begin == null ? checkpoints : new Path(begin.checkpoints()), begin);
  }

  /** Whether it can no longer be told how it began. */
  boolean isDamaged() throws IOException {
    return begin == null && folder.getFileSystem().exists(new Path(folder, BEGIN));
  }

  /** Of a run that was begun here. */
  Begin requireBegin() {
    return Objects.requireNonNull(begin, "of a run that was begun here");
  }

  Path savepoints() {
    return new Path(folder, "savepoints");
  }

  /**
   * The file that the job makes once it has completed a checkpoint: from then on its outputs hold
   * records of this run. It is where the checkpoints are, which the job can write.
   */
  Path completed() {
    return new Path(checkpoints, COMPLETED);
  }

  /** Whether the job has completed a checkpoint, wherever that is now. */
  boolean hasCompleted() throws IOException {
    return completed().getFileSystem().exists(completed());
  }

  /** Takes note that nobody took the job. */
  void withdraw() throws IOException {
    folder
        .getFileSystem()
        .create(new Path(folder, NOT_BEGUN), FileSystem.WriteMode.OVERWRITE)
        .close();
  }

  /** Whether nobody took the job; a checkpoint proves the contrary. */
  boolean isWithdrawn() throws IOException {
    return folder.getFileSystem().exists(new Path(folder, NOT_BEGUN)) && !hasCompleted();
  }

  /** Takes note of a savepoint that was put elsewhere. */
  void savedAt(String pointer) throws IOException {
    Path note = new Path(folder, ELSEWHERE);
    try (OutputStream out = folder.getFileSystem().create(note, FileSystem.WriteMode.OVERWRITE)) {
      out.write(pointer.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** All states that are complete, the newest first. */
  List<Saved> states() throws IOException {
    List<Saved> states = new ArrayList<>();
    for (Path savepoint : folders(savepoints())) {
      addComplete(savepoint, states);
    }
    for (Path job : folders(checkpoints)) {
      for (Path checkpoint : folders(job)) {
        if (checkpoint.getName().startsWith(CHECKPOINT)) {
          addComplete(checkpoint, states);
        }
      }
    }
    Path note = new Path(folder, ELSEWHERE);
    if (folder.getFileSystem().exists(note)) {
      try (InputStream in = folder.getFileSystem().open(note)) {
        states.add(saved(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    states.sort(Comparator.comparingLong(Saved::checkpointId).reversed());
    return states;
  }

  /** One without metadata was not completed: the process was killed meanwhile. */
  private static void addComplete(Path state, List<Saved> states) throws IOException {
    if (state.getFileSystem().exists(new Path(state, METADATA))) {
      states.add(saved(state.toString()));
    }
  }

  /** Reads all of a state that seems whole; why it is of no use, empty when it is. */
  static String damage(String pointer) {
    try {
      StateChecksums.require(pointer);
      return "";
    } catch (IOException | RuntimeException e) { // of the file system
      return FailureMessage.of(e);
    }
  }

  /** A state, checked as far as that is possible without reading all of it. */
  static Saved saved(String pointer) {
    long id = Long.MAX_VALUE;
    try {
      SavedMetadata metadata = SavedMetadata.read(pointer);
      id = metadata.checkpointId();
      metadata.requireFiles();
      return new Saved(pointer, id, "");
    } catch (IOException | RuntimeException e) { // of Flink's readers
      return new Saved(pointer, id, FailureMessage.of(e));
    }
  }

  /** Deletes what it left behind. */
  void delete() throws IOException {
    checkpoints.getFileSystem().delete(checkpoints, true);
    folder.getFileSystem().delete(folder, true);
  }

  /** The folders in a folder; none where there is no such folder. */
  static List<Path> folders(Path parent) throws IOException {
    FileStatus[] found;
    try {
      found = parent.getFileSystem().listStatus(parent);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return found == null
        ? List.of()
        : Arrays.stream(found).filter(FileStatus::isDir).map(FileStatus::getPath).toList();
  }
}
