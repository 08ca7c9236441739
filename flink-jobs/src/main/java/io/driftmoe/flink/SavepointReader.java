// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PartFailure;
import io.driftmoe.schemas.QuotedText;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.UncompressedStreamCompressionDecorator;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackendBuilder;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSetFactory;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;
import org.jspecify.annotations.Nullable;

/**
 * Reads the models of a job from one of its savepoints or checkpoints, without a cluster: the state
 * is restored into a state back end as the job's own operator would do it.
 */
public final class SavepointReader {
  private static final ClassLoader CLASSES = SavepointReader.class.getClassLoader();

  private SavepointReader() {}

  /**
   * Reads all models.
   *
   * @param pointer folder of the savepoint or checkpoint, or its metadata file; a path or a URI
   * @return at least one, sorted by key
   * @throws IOException when there is none, it cannot be read, it was written by a state back end
   *     whose files are not understood here, or it holds no model
   */
  public static List<SavedModel> read(String pointer) throws IOException {
    List<SavedModel> models = new ArrayList<>();
    for (OperatorState operator : mixtures(pointer)) {
      models.addAll(read(handles(operator), operator.getMaxParallelism()));
    }
    if (models.isEmpty()) {
      throw new IOException(pointer + " holds no model of a driftmoe job");
    }
    models.sort((a, b) -> a.modelKey().compareTo(b.modelKey()));
    return models;
  }

  /**
   * What the models were made from; null when it holds no model. No model is read, but where an
   * older build has written the name of a preset only: then one is compared with it, which stands
   * for all, since no setting in which they may differ is refused.
   *
   * @param pointer as of {@link #read(String)}
   * @throws IOException as {@link #read(String)} does
   * @throws SuppressRestartsException when another build wrote what this one cannot read, or under
   *     presets that have become others in a way that the models cannot follow
   */
  static @Nullable ModelSpec spec(String pointer) throws IOException {
    for (OperatorState operator : mixtures(pointer)) {
      ModelSpec spec = spec(handles(operator), operator.getMaxParallelism());
      if (spec != null) {
        return spec;
      }
    }
    return null;
  }

  static @Nullable ModelSpec spec(Collection<KeyedStateHandle> handles, int keyGroups)
      throws IOException {
    ModelStateSerializerSnapshot found = snapshot(handles);
    if (found == null) {
      return null;
    }
    if (!found.saysEverySetting()) {
      readFirst(handles, keyGroups, found.spec());
    }
    return found.spec();
  }

  /** Reads the models of the first key group that has any: few of them, however many there are. */
  private static void readFirst(Collection<KeyedStateHandle> handles, int keyGroups, ModelSpec spec)
      throws IOException {
    for (int group = 0; group < keyGroups; group++) {
      if (!models(handles, keyGroups, KeyGroupRange.of(group, group), spec).isEmpty()) {
        return;
      }
    }
  }

  /** The operators of a savepoint that hold models. */
  private static List<OperatorState> mixtures(String pointer) throws IOException {
    CompletedCheckpointStorageLocation location = location(pointer);
    CheckpointMetadata metadata;
    try (DataInputStream in = new DataInputStream(location.getMetadataHandle().openInputStream())) {
      metadata = Checkpoints.loadCheckpointMetadata(in, CLASSES, location.getExternalPointer());
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new UnreadableException("it is no metadata of a savepoint, or is damaged", e);
    }
    OperatorID mixture =
        new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(MixtureJob.MIXTURE_UID));
    return metadata.getOperatorStates().stream()
        .filter(operator -> operator.getOperatorID().equals(mixture))
        .toList();
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

  private static List<KeyedStateHandle> handles(OperatorState operator) {
    List<KeyedStateHandle> handles = new ArrayList<>();
    for (OperatorSubtaskState subtask : operator.getStates()) {
      handles.addAll(subtask.getManagedKeyedState());
    }
    return handles;
  }

  /** The models in the keyed state of one operator; none when it is not the mixture's. */
  static List<SavedModel> read(Collection<KeyedStateHandle> handles, int keyGroups)
      throws IOException {
    try {
      ModelStateSerializerSnapshot found = snapshot(handles);
      return found == null
          ? List.of()
          : models(handles, keyGroups, KeyGroupRange.of(0, keyGroups - 1), found.spec());
    } catch (SuppressRestartsException e) {
      throw new UnreadableException("the models cannot be read: " + FailureMessage.of(e), e);
    } catch (RuntimeException e) { // of Flink's readers
      throw new UnreadableException("the state is damaged: " + FailureMessage.of(e), e);
    } catch (OutOfMemoryError e) {
      // Flink allocates keys and texts of any length that the bytes name
      throw new UnreadableException("the state is damaged, or larger than the memory", e);
    }
  }

  private static List<SavedModel> models(
      Collection<KeyedStateHandle> handles, int keyGroups, KeyGroupRange range, ModelSpec spec)
      throws IOException {
    List<KeyedStateHandle> parts =
        handles.stream()
            .map(handle -> handle.getIntersection(range))
            .filter(Objects::nonNull)
            .toList();
    List<SavedModel> models = new ArrayList<>();
    try (CloseableRegistry open = new CloseableRegistry()) {
      HeapKeyedStateBackend<String> backend = restore(parts, keyGroups, range, open);
      try {
        ValueState<ModelSlot> state =
            backend.getPartitionedState(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                new ValueStateDescriptor<>(
                    MixtureFunction.MODEL_STATE, new ModelStateSerializer(spec)));
        List<String> keys =
            backend.getKeys(MixtureFunction.MODEL_STATE, VoidNamespace.INSTANCE).toList();
        for (String key : keys) {
          backend.setCurrentKey(key);
          models.add(model(key, spec, state.value()));
        }
      } finally {
        backend.dispose();
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new UnreadableException("the state cannot be restored: " + FailureMessage.of(e), e);
    }
    return models;
  }

  /** A job goes on without a part that cannot be read; here it would look as if it were there. */
  private static SavedModel model(String key, ModelSpec spec, ModelSlot slot) throws IOException {
    MixtureOfExperts mixture = slot.state(spec).mixture;
    for (PartFailure unread : ModelSlot.unread(mixture)) {
      throw new UnreadableException(
          "a part of the model of %s cannot be read, %s %s: %s"
              .formatted(
                  QuotedText.of(key),
                  unread.part().name().toLowerCase(Locale.ROOT),
                  unread.position(),
                  FailureMessage.of(unread.cause())),
          unread.cause());
    }
    return new SavedModel(key, spec.schema(), spec.learner(), mixture);
  }

  private static HeapKeyedStateBackend<String> restore(
      Collection<KeyedStateHandle> handles,
      int keyGroups,
      KeyGroupRange range,
      CloseableRegistry open)
      throws IOException {
    return new HeapKeyedStateBackendBuilder<>(
            null,
            StringSerializer.INSTANCE,
            CLASSES,
            keyGroups,
            range,
            new ExecutionConfig(),
            TtlTimeProvider.DEFAULT,
            LatencyTrackingStateConfig.disabled(),
            SizeTrackingStateConfig.disabled(),
            handles,
            UncompressedStreamCompressionDecorator.INSTANCE,
            LocalRecoveryConfig.BACKUP_AND_RECOVERY_DISABLED,
            new HeapPriorityQueueSetFactory(range, keyGroups, 128),
            false,
            open)
        .build();
  }

  /** What the models were made from, as it stands before the state itself; null without model. */
  private static @Nullable ModelStateSerializerSnapshot snapshot(
      Collection<KeyedStateHandle> handles) throws IOException {
    for (KeyedStateHandle handle : handles) {
      if (!(handle instanceof KeyGroupsStateHandle groups)) {
        throw new IOException(
            "state of type %s cannot be read; take a savepoint in canonical format"
                .formatted(handle.getClass().getSimpleName()));
      }
      KeyedBackendSerializationProxy<String> header = new KeyedBackendSerializationProxy<>(CLASSES);
      try (FSDataInputStream in = groups.openInputStream()) {
        header.read(new DataInputViewStreamWrapper(in));
      }
      for (StateMetaInfoSnapshot state : header.getStateMetaInfoSnapshots()) {
        TypeSerializerSnapshot<?> value =
            state.getTypeSerializerSnapshot(CommonSerializerKeys.VALUE_SERIALIZER);
        if (state.getName().equals(MixtureFunction.MODEL_STATE)
            && value instanceof ModelStateSerializerSnapshot model) {
          return model;
        }
      }
    }
    return null;
  }
}
