// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a savepoint or checkpoint says about itself: its metadata file, read without its state. */
final class SavedMetadata {
  private static final OperatorID MIXTURE = operator(MixtureJob.MIXTURE_UID);
  private static final OperatorID FEATURES = operator(MixtureJob.FEATURES_UID);
  private static final OperatorID LABELS = operator(MixtureJob.LABELS_UID);
  private static final OperatorID COMMANDS = operator(MixtureJob.CONTROL_UID);

  /** What Flink calls the state of any source. */
  private static final String SPLITS = "SourceReaderState";

  private final CheckpointMetadata metadata;
  private final StreamStateHandle file;

  private SavedMetadata(CheckpointMetadata metadata, StreamStateHandle file) {
    this.metadata = metadata;
    this.file = file;
  }

  private static OperatorID operator(String uid) {
    return new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(uid));
  }

  /**
   * Reads the metadata file.
   *
   * @param pointer folder of the savepoint or checkpoint, or its metadata file; a path or a URI
   * @throws IOException when there is none or it cannot be read
   */
  static SavedMetadata read(String pointer) throws IOException {
    CompletedCheckpointStorageLocation location = location(pointer);
    try (DataInputStream in = new DataInputStream(location.getMetadataHandle().openInputStream())) {
      return new SavedMetadata(
          Checkpoints.loadCheckpointMetadata(
              in, SavedMetadata.class.getClassLoader(), location.getExternalPointer()),
          location.getMetadataHandle());
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new UnreadableException("it is no metadata of a savepoint, or is damaged", e);
    }
  }

  private static CompletedCheckpointStorageLocation location(String pointer) throws IOException {
    try {
      return AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(pointer);
    } catch (FileNotFoundException e) {
      boolean isFolder = String.valueOf(e.getMessage()).contains("meta data");
      throw new UnreadableException(
          isFolder
              ? "it holds no _metadata, as the folder of a savepoint or checkpoint does"
              : "there is no such file or folder",
          e);
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UnreadableException(FailureMessage.of(cause), e);
    }
  }

  /** Of a job, each checkpoint and savepoint has a higher one than those it came after. */
  long checkpointId() {
    return metadata.getCheckpointId();
  }

  /**
   * Whether its job was stopped with it, and has committed all that it wrote. States that do not
   * say so, of before Flink 1.16, count as such.
   */
  boolean isOfAStop() {
    CheckpointProperties properties = metadata.getCheckpointProperties();
    return properties == null || properties.isSynchronous();
  }

  /**
   * The savepoints of other jobs in whose place its job has gone on.
   *
   * @throws IOException when that cannot be read
   */
  Set<String> takenOverFrom() throws IOException {
    Set<String> pointers = new LinkedHashSet<>();
    for (OperatorState operator : mixtures()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
          addTakenOver(handle, pointers);
        }
      }
    }
    return pointers;
  }

  private static void addTakenOver(OperatorStateHandle handle, Set<String> pointers)
      throws IOException {
    OperatorStateHandle.StateMetaInfo notes =
        handle.getStateNameToPartitionOffsets().get(TakenOver.STATE);
    if (notes == null) {
      return;
    }
    try (FSDataInputStream in = handle.openInputStream()) {
      DataInputView view = new DataInputViewStreamWrapper(in);
      for (long offset : notes.getOffsets()) {
        in.seek(offset);
        pointers.add(StringSerializer.INSTANCE.deserialize(view));
      }
    }
  }

  /** Whether an operator of this uid has any state in it. */
  boolean has(String uid) {
    OperatorID id = operator(uid);
    return metadata.getOperatorStates().stream()
        .anyMatch(operator -> operator.getOperatorID().equals(id));
  }

  /** The operators that hold models. */
  List<OperatorState> mixtures() {
    return metadata.getOperatorStates().stream()
        .filter(operator -> operator.getOperatorID().equals(MIXTURE))
        .toList();
  }

  /**
   * How far the features have been read.
   *
   * @return the next offset of each partition that was begun, by topic and partition
   * @throws IOException when that is not in the state, or cannot be read
   */
  Map<TopicPartition, Long> featuresRead() throws IOException {
    return read(FEATURES);
  }

  /** How far the labels have been read; see {@link #featuresRead}. */
  Map<TopicPartition, Long> labelsRead() throws IOException {
    return read(LABELS);
  }

  /** How far the commands have been read; empty where the job had none to read. */
  Map<TopicPartition, Long> commandsRead() throws IOException {
    return read(COMMANDS);
  }

  private Map<TopicPartition, Long> read(OperatorID source) throws IOException {
    Map<TopicPartition, Long> read = new HashMap<>();
    for (OperatorState operator : metadata.getOperatorStates()) {
      if (operator.getOperatorID().equals(source)) {
        for (OperatorSubtaskState subtask : operator.getStates()) {
          for (OperatorStateHandle handle : subtask.getManagedOperatorState()) {
            addSplits(handle, read);
          }
        }
      }
    }
    return read;
  }

  private static void addSplits(OperatorStateHandle handle, Map<TopicPartition, Long> read)
      throws IOException {
    OperatorStateHandle.StateMetaInfo splits = handle.getStateNameToPartitionOffsets().get(SPLITS);
    if (splits == null) {
      return;
    }
    KafkaPartitionSplitSerializer serializer = new KafkaPartitionSplitSerializer();
    try (FSDataInputStream in = handle.openInputStream()) {
      DataInputView view = new DataInputViewStreamWrapper(in);
      for (long offset : splits.getOffsets()) {
        in.seek(offset);
        KafkaPartitionSplit split =
            SimpleVersionedSerialization.readVersionAndDeSerialize(
                serializer, BytePrimitiveArraySerializer.INSTANCE.deserialize(view));
        if (split.getStartingOffset() >= 0) { // else it was not begun
          read.put(split.getTopicPartition(), split.getStartingOffset());
        }
      }
    }
  }

  /**
   * Checks that the files of the state are there, as long as when they were written.
   *
   * @throws IOException naming the first that is not
   */
  void requireFiles() throws IOException {
    for (OperatorState operator : metadata.getOperatorStates()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        for (StateObject state : states(subtask)) {
          requireFile(state);
        }
      }
    }
  }

  /** All files of the state, that of the metadata among them. */
  Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>();
    addFile(file, files);
    for (OperatorState operator : metadata.getOperatorStates()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        states(subtask).forEach(state -> addFile(stream(state), files));
      }
      addFile(operator.getCoordinatorState(), files);
    }
    return files;
  }

  /** All that the state is in, but for the metadata themselves. */
  List<StreamStateHandle> streams() {
    List<StreamStateHandle> streams = new ArrayList<>();
    for (OperatorState operator : metadata.getOperatorStates()) {
      for (OperatorSubtaskState subtask : operator.getStates()) {
        for (StateObject state : states(subtask)) {
          StreamStateHandle stream = stream(state);
          if (stream != null) {
            streams.add(stream);
          }
        }
      }
    }
    return streams;
  }

  /** What was read, for who copies it. */
  CheckpointMetadata metadata() {
    return metadata;
  }

  private static void addFile(@Nullable StreamStateHandle stream, Set<Path> files) {
    if (stream instanceof FileStateHandle handle) { // else it is within the metadata
      files.add(handle.getFilePath());
    }
  }

  private static List<StateObject> states(OperatorSubtaskState subtask) {
    List<StateObject> states = new ArrayList<>(subtask.getManagedKeyedState());
    states.addAll(subtask.getRawKeyedState());
    subtask.getManagedOperatorState().forEach(state -> states.add(state.getDelegateStateHandle()));
    subtask.getRawOperatorState().forEach(state -> states.add(state.getDelegateStateHandle()));
    return states;
  }

  private static void requireFile(StateObject state) throws IOException {
    if (!(stream(state) instanceof FileStateHandle file)) {
      return; // within the metadata
    }
    Path path = file.getFilePath();
    long length;
    try {
      length = path.getFileSystem().getFileStatus(path).getLen();
    } catch (FileNotFoundException e) {
      throw new UnreadableException("its file %s is missing".formatted(path.getName()), e);
    }
    if (length != file.getStateSize()) {
      throw new UnreadableException(
          "its file %s has %s bytes instead of %s"
              .formatted(path.getName(), length, file.getStateSize()),
          null);
    }
  }

  private static @Nullable StreamStateHandle stream(StateObject state) {
    if (state instanceof KeyGroupsStateHandle groups) {
      return groups.getDelegateStateHandle();
    }
    return state instanceof StreamStateHandle stream ? stream : null;
  }
}
