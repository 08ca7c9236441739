// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.FullSnapshotResources;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointSnapshotStrategy;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.runtime.state.filesystem.RelativeFileStateHandle;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/**
 * Writes a savepoint that differs from another one in what the mixture keeps by key. All else is
 * copied as it is: how far topics were read, open transactions, timers.
 */
final class SavepointCopy {
  private static final int BUFFER_BYTES = 1 << 16;

  private final CheckpointMetadata metadata;
  private final SavedMetadata saved;

  /** Changes what is kept by key in a part of the state. */
  interface Change {
    /**
     * @param state of some of the keys
     * @param spec what the models were made from
     */
    void make(KeyedStates state, ModelSpec spec) throws IOException;
  }

  /**
   * @param saved read anew for this: it is changed
   */
  SavepointCopy(SavedMetadata saved) {
    this.saved = saved;
    this.metadata = saved.metadata();
  }

  /**
   * Changes the state, and writes it to a folder which is made.
   *
   * @param spec of the job
   * @throws IOException when the folder is there, or the state cannot be read or written; then
   *     nothing of the folder is left
   */
  void write(String folder, ModelSpec spec, Change change) throws IOException {
    Path target = new Path(folder);
    FileSystem files = target.getFileSystem();
    if (files.exists(target)) {
      throw new UnreadableException(folder + " is there already; name a folder that is not", null);
    }
    requireSelfContained();
    boolean done = false;
    try {
      files.mkdirs(target);
      for (OperatorState operator : saved.mixtures()) {
        for (Map.Entry<Integer, OperatorSubtaskState> subtask :
            List.copyOf(operator.getSubtaskStates().entrySet())) {
          operator.putState(
              subtask.getKey(),
              changed(subtask.getValue(), operator.getMaxParallelism(), spec, change, target));
        }
      }
      copyFiles(target);
      Path file = new Path(target, AbstractFsCheckpointStorageAccess.METADATA_FILE_NAME);
      try (DataOutputStream out =
          new DataOutputStream(files.create(file, WriteMode.NO_OVERWRITE))) {
        Checkpoints.storeCheckpointMetadata(metadata, out);
      }
      done = true;
    } finally {
      if (!done) {
        files.delete(target, true);
      }
    }
  }

  /** Makes a change to what was read, and writes nothing. */
  void look(ModelSpec spec, Change change) throws IOException {
    for (OperatorState operator : saved.mixtures()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        if (!subtask.getManagedKeyedState().isEmpty()) {
          int keyGroups = operator.getMaxParallelism();
          try (CloseableRegistry open = new CloseableRegistry()) {
            HeapKeyedStateBackend<String> state =
                SavepointReader.restore(
                    subtask.getManagedKeyedState(), keyGroups, range(subtask), open);
            try {
              change.make(new KeyedStates(state, spec), spec);
            } finally {
              state.dispose();
            }
          }
        }
      }
    }
  }

  private static KeyGroupRange range(OperatorSubtaskState subtask) throws IOException {
    KeyGroupRange range = KeyGroupRange.EMPTY_KEY_GROUP_RANGE;
    for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
      KeyGroupRange more = handle.getKeyGroupRange();
      range =
          range.equals(KeyGroupRange.EMPTY_KEY_GROUP_RANGE)
              ? more
              : KeyGroupRange.of(
                  Math.min(range.getStartKeyGroup(), more.getStartKeyGroup()),
                  Math.max(range.getEndKeyGroup(), more.getEndKeyGroup()));
    }
    return range;
  }

  private OperatorSubtaskState changed(
      OperatorSubtaskState subtask, int keyGroups, ModelSpec spec, Change change, Path target)
      throws IOException {
    if (subtask.getManagedKeyedState().isEmpty()) {
      return subtask;
    }
    try (CloseableRegistry open = new CloseableRegistry()) {
      HeapKeyedStateBackend<String> state =
          SavepointReader.restore(subtask.getManagedKeyedState(), keyGroups, range(subtask), open);
      try {
        change.make(new KeyedStates(state, spec), spec);
        return subtask.toBuilder()
            .setManagedKeyedState(StateObjectCollection.singleton(snapshot(state, target, open)))
            .build();
      } finally {
        state.dispose();
      }
    }
  }

  private KeyedStateHandle snapshot(
      HeapKeyedStateBackend<String> state, Path target, CloseableRegistry open) throws IOException {
    FullSnapshotResources<String> resources = state.savepoint().getSnapshotResources();
    try {
      long id = metadata.getCheckpointId();
      return new SavepointSnapshotStrategy<>(resources)
          .asyncSnapshot(
              resources,
              id,
              0,
              new FsCheckpointStreamFactory(
                  target.getFileSystem(), target, target, 0, BUFFER_BYTES),
              new CheckpointOptions(
                  SavepointType.savepoint(SavepointFormatType.CANONICAL),
                  CheckpointStorageLocationReference.getDefault()))
          .get(open)
          .getJobManagerOwnedSnapshot();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new UnreadableException("the state cannot be written: " + FailureMessage.of(e), e);
    } finally {
      resources.release();
    }
  }

  /** A copy must not need files of another savepoint, which may be deleted. */
  private void requireSelfContained() throws IOException {
    for (StreamStateHandle stream : saved.streams()) {
      if (!(stream instanceof RelativeFileStateHandle || stream instanceof ByteStreamStateHandle)) {
        throw new UnreadableException(
            "its state is in files that it shares; stop the job with a savepoint in canonical format",
            null);
      }
    }
    for (OperatorState operator : saved.mixtures()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        List<KeyedStateHandle> handles = new ArrayList<>(subtask.getManagedKeyedState());
        if (!handles.stream().allMatch(KeyGroupsStateHandle.class::isInstance)) {
          throw new UnreadableException(
              "its state cannot be read; stop the job with a savepoint in canonical format", null);
        }
      }
    }
  }

  private void copyFiles(Path target) throws IOException {
    FileSystem files = target.getFileSystem();
    for (StreamStateHandle stream : saved.streams()) {
      if (stream instanceof RelativeFileStateHandle file
          && !target.equals(file.getFilePath().getParent())) {
        Path copy = new Path(target, file.getRelativePath());
        if (!files.exists(copy)) { // else several states are in one file
          try (InputStream in = file.openInputStream();
              OutputStream out = files.create(copy, WriteMode.NO_OVERWRITE)) {
            in.transferTo(out);
          }
        }
      }
    }
  }
}
