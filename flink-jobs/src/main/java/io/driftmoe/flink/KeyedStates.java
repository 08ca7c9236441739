// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.jspecify.annotations.Nullable;

/** All that the operator keeps by key, in a state that was restored without it. */
final class KeyedStates {
  private static final int FIRST_BYTES = 1 << 12;

  private final HeapKeyedStateBackend<String> state;
  private final ModelSpec spec;
  private final TypeSerializer<ModelSlot> slots;
  private final ValueState<ModelSlot> models;
  private final ValueState<JoinState> joins;
  private final ValueState<Pending<WaitingPrediction>> predictions;
  private final ValueState<Pending<SourceRecord.Label>> labels;
  private final MapState<Long, List<SourceRecord>> buffer;

  KeyedStates(HeapKeyedStateBackend<String> state, ModelSpec spec) throws IOException {
    this.state = state;
    this.spec = spec;
    this.slots = new ModelStateSerializer(spec);
    this.models = open(MixtureFunction.MODEL_STATE, slots);
    this.joins = open(LabelJoin.JOIN_STATE, JoinStateSerializer.INSTANCE);
    this.predictions = open(LabelJoin.PREDICTIONS_STATE, WaitingPredictionsSerializer.INSTANCE);
    this.labels = open(LabelJoin.LABELS_STATE, EarlyLabelsSerializer.INSTANCE);
    MapStateDescriptor<Long, List<SourceRecord>> ofBuffer = EventTimeBuffer.descriptor();
    try {
      this.buffer =
          state.getPartitionedState(
              VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, ofBuffer);
    } catch (Exception e) {
      throw unreadable(e);
    }
  }

  private <T> ValueState<T> open(String name, TypeSerializer<T> serializer) throws IOException {
    try {
      return state.getPartitionedState(
          VoidNamespace.INSTANCE,
          VoidNamespaceSerializer.INSTANCE,
          new ValueStateDescriptor<>(name, serializer));
    } catch (Exception e) {
      throw unreadable(e);
    }
  }

  private static IOException unreadable(Exception e) {
    return new UnreadableException("the state cannot be restored: " + FailureMessage.of(e), e);
  }

  /** State keys under which the job keeps something for a model. */
  List<String> keys() {
    return state
        .getKeys(
            List.of(
                MixtureFunction.MODEL_STATE,
                LabelJoin.JOIN_STATE,
                LabelJoin.PREDICTIONS_STATE,
                LabelJoin.LABELS_STATE,
                EventTimeBuffer.STATE),
            VoidNamespace.INSTANCE)
        .distinct()
        .toList();
  }

  KeyedParts read(String key) throws IOException {
    state.setCurrentKey(key);
    return new KeyedParts(
        bytes(models.value(), slots),
        bytes(joins.value(), JoinStateSerializer.INSTANCE),
        bytes(predictions.value(), WaitingPredictionsSerializer.INSTANCE),
        bytes(labels.value(), EarlyLabelsSerializer.INSTANCE));
  }

  private static <T> byte @Nullable [] bytes(@Nullable T value, TypeSerializer<T> serializer)
      throws IOException {
    if (value == null) {
      return null;
    }
    DataOutputSerializer out = new DataOutputSerializer(FIRST_BYTES);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static <T> @Nullable T value(byte @Nullable [] bytes, TypeSerializer<T> serializer)
      throws IOException {
    return bytes == null ? null : serializer.deserialize(new DataInputDeserializer(bytes));
  }

  /**
   * The model of a key, as a {@link io.driftmoe.router.models.ModelFile}; null where it has none.
   */
  byte @Nullable [] file(String key, String modelKey) throws IOException {
    state.setCurrentKey(key);
    ModelSlot slot = models.value();
    if (slot == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
    slot.writeFile(modelKey, spec, bytes);
    return bytes.toByteArray();
  }

  /** Events whose predictions wait for their label under a key, sorted. */
  List<String> waiting(String key) throws IOException {
    state.setCurrentKey(key);
    return waiting(predictions.value());
  }

  private static List<String> waiting(@Nullable Pending<WaitingPrediction> pending) {
    List<String> ids = new ArrayList<>();
    if (pending != null) {
      pending.copy().evictOldestAbove(0).forEach(entry -> ids.add(entry.id()));
    }
    return ids.stream().sorted().toList();
  }

  /** Likewise, of parts that were read. */
  static List<String> waiting(KeyedParts parts) throws IOException {
    return waiting(value(parts.predictions(), WaitingPredictionsSerializer.INSTANCE));
  }

  /**
   * Puts what another run came to in the place of what is kept under a key. Its timers stay, and
   * with them what the clock and other keys have decided: when it was used last and reports next.
   */
  void replace(String key, KeyedParts parts) throws IOException {
    state.setCurrentKey(key);
    ModelSlot slot = value(parts.model(), slots);
    ModelSlot former = models.value();
    if (slot != null && former != null) {
      slot.usedAt(former.lastUse());
      ModelState next = slot.state(spec);
      ModelState before = former.state(spec);
      next.commandsSeen = before.commandsSeen; // none of them is to be carried out again
      next.frozen = before.frozen;
    }
    JoinState join = value(parts.join(), JoinStateSerializer.INSTANCE);
    JoinState formerJoin = joins.value();
    if (join != null && formerJoin != null) {
      join.sweepAt = formerJoin.sweepAt;
      join.metricsAt = formerJoin.metricsAt;
    }
    put(models, slot);
    put(joins, join);
    put(predictions, stillWaiting(parts, new HashSet<>(waiting(predictions.value()))));
    put(labels, value(parts.labels(), EarlyLabelsSerializer.INSTANCE));
  }

  /** What the job itself had not given up; null for nothing. */
  private static @Nullable Pending<WaitingPrediction> stillWaiting(
      KeyedParts parts, Set<String> atTheEnd) throws IOException {
    Pending<WaitingPrediction> pending =
        value(parts.predictions(), WaitingPredictionsSerializer.INSTANCE);
    for (String id : waiting(pending)) {
      if (pending != null && !atTheEnd.contains(id)) {
        pending.take(id);
      }
    }
    return pending == null || pending.size() == 0 ? null : pending;
  }

  private static <T> void put(ValueState<T> into, @Nullable T value) throws IOException {
    if (value == null) {
      into.clear();
    } else {
      into.update(value);
    }
  }

  /** Records of a key that wait for event time. */
  List<SourceRecord.Keyed> buffered(String key) throws IOException {
    state.setCurrentKey(key);
    List<SourceRecord.Keyed> all = new ArrayList<>();
    try {
      buffer
          .values()
          .forEach(sameTime -> sameTime.forEach(record -> all.add((SourceRecord.Keyed) record)));
    } catch (Exception e) {
      throw unreadable(e);
    }
    return all;
  }

  /** Removes records of a key that wait for event time; how many. */
  int removeBuffered(String key, Predicate<SourceRecord.Keyed> which) throws IOException {
    state.setCurrentKey(key);
    int removed = 0;
    try {
      List<Long> times = new ArrayList<>();
      buffer.keys().forEach(times::add);
      for (Long time : times) {
        List<SourceRecord> all = Objects.requireNonNull(buffer.get(time), "it is there");
        List<SourceRecord> kept = new ArrayList<>(all);
        kept.removeIf(record -> which.test((SourceRecord.Keyed) record));
        removed += all.size() - kept.size();
        if (kept.isEmpty()) {
          buffer.remove(time);
        } else {
          buffer.put(time, kept);
        }
      }
    } catch (Exception e) {
      throw unreadable(e);
    }
    return removed;
  }
}
