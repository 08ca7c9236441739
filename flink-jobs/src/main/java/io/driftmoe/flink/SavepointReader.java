// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.UncompressedStreamCompressionDecorator;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackendBuilder;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSetFactory;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
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
   * older build has written the name of a preset only: then one says it for all, since no setting
   * in which they may differ is refused.
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
    return found.saysEverySetting() ? found.spec() : ofFirst(handles, keyGroups, found.spec());
  }

  /** Reads the models of the first key group that has any: few of them, however many there are. */
  private static ModelSpec ofFirst(
      Collection<KeyedStateHandle> handles, int keyGroups, ModelSpec named) throws IOException {
    for (int group = 0; group < keyGroups; group++) {
      for (SavedModel model : models(handles, keyGroups, KeyGroupRange.of(group, group), named)) {
        return ModelSpec.of(model.origin());
      }
    }
    return named;
  }

  /**
   * Where the events are from that wait for event time, and were not predicted.
   *
   * @param pointer as of {@link #read(String)}
   * @return offsets by partition
   * @throws IOException as {@link #read(String)} does
   */
  static Map<Integer, Set<Long>> waitingEvents(String pointer) throws IOException {
    Map<Integer, Set<Long>> waiting = new HashMap<>();
    for (OperatorState operator : mixtures(pointer)) {
      int keyGroups = operator.getMaxParallelism();
      List<KeyedStateHandle> handles = handles(operator);
      for (int group = 0; group < keyGroups; group++) { // not all models are read at once
        addWaiting(handles, keyGroups, KeyGroupRange.of(group, group), waiting);
      }
    }
    return waiting;
  }

  private static void addWaiting(
      Collection<KeyedStateHandle> handles,
      int keyGroups,
      KeyGroupRange range,
      Map<Integer, Set<Long>> waiting)
      throws IOException {
    List<KeyedStateHandle> parts = parts(handles, range);
    if (parts.isEmpty()) {
      return;
    }
    try (CloseableRegistry open = new CloseableRegistry()) {
      HeapKeyedStateBackend<String> backend = restore(parts, keyGroups, range, open);
      try {
        MapState<Long, List<SourceRecord>> buffer =
            backend.getPartitionedState(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                EventTimeBuffer.descriptor());
        for (String key : backend.getKeys(EventTimeBuffer.STATE, VoidNamespace.INSTANCE).toList()) {
          backend.setCurrentKey(key);
          for (List<SourceRecord> sameTime : buffer.values()) {
            for (SourceRecord record : sameTime) {
              if (record instanceof SourceRecord.Features event) {
                waiting
                    .computeIfAbsent(event.partition(), partition -> new HashSet<>())
                    .add(event.offset());
              }
            }
          }
        }
      } finally {
        backend.dispose();
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new UnreadableException("the state cannot be restored: " + FailureMessage.of(e), e);
    }
  }

  static List<KeyedStateHandle> parts(Collection<KeyedStateHandle> handles, KeyGroupRange range) {
    return handles.stream()
        .map(handle -> handle.getIntersection(range))
        .filter(Objects::nonNull)
        .toList();
  }

  /** The operators of a savepoint that hold models. */
  private static List<OperatorState> mixtures(String pointer) throws IOException {
    return SavedMetadata.read(pointer).mixtures();
  }

  static List<KeyedStateHandle> handles(OperatorState operator) {
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
    List<KeyedStateHandle> parts = parts(handles, range);
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
        StateKeys stateKeys = StateKeys.of(spec, keyGroups);
        for (String key : keys) {
          backend.setCurrentKey(key);
          models.add(model(stateKeys.modelKey(key), state.value()));
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
  private static SavedModel model(String key, ModelSlot slot) throws IOException {
    ModelState state = slot.state(slot.spec());
    MixtureOfExperts mixture = state.mixture;
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
    return new SavedModel(key, state.spec().origin(), mixture);
  }

  /** A state of these key groups; an empty one where nothing was saved. */
  static HeapKeyedStateBackend<String> restore(
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
