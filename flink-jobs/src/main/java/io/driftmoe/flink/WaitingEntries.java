// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Pending;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one kind that wait under the current model key, in a keyed state of their own. A key
 * under which nothing waits has no such state. What all of them take is kept in the share of the
 * subtask.
 */
final class WaitingEntries<V> {
  /**
   * Heap that a key takes under which something waits, beside the entries: its own text, a place in
   * the state, the trees' roots.
   */
  static final int KEY_BYTES = 400;

  private final ValueState<Pending<V>> state;
  private final PendingSerializer<V> serializer;
  private final JobMemory.Share memory;

  private WaitingEntries(
      ValueState<Pending<V>> state, PendingSerializer<V> serializer, JobMemory.Share memory) {
    this.state = state;
    this.serializer = serializer;
    this.memory = memory;
  }

  /**
   * Those in the state of this name.
   *
   * @param memory is told what they take, but not of those that are restored
   */
  static <V> WaitingEntries<V> open(
      RuntimeContext context,
      String name,
      PendingSerializer<V> serializer,
      JobMemory.Share memory) {
    return new WaitingEntries<>(
        context.getState(new ValueStateDescriptor<>(name, serializer)), serializer, memory);
  }

  /**
   * @param before bytes that the entries took
   */
  private void set(Pending<V> pending, long before) throws IOException {
    memory.addWaiting(bytes(pending) - before);
    if (pending.size() > 0) {
      state.update(pending);
    } else {
      state.clear();
    }
  }

  private static long bytes(Pending<?> pending) {
    return pending.size() > 0 ? KEY_BYTES + pending.bytes() : 0;
  }

  /** About how many bytes of heap the entries take. */
  long bytes() throws IOException {
    Pending<V> pending = state.value();
    return pending == null ? 0 : bytes(pending);
  }

  /** When the one that waits for longest began to, in event time; null where none waits. */
  @Nullable Long since() throws IOException {
    Pending<V> pending = state.value();
    Pending.Entry<V> oldest = pending == null ? null : pending.oldest();
    return oldest == null ? null : oldest.expiryTime();
  }

  /** Takes over entries that waited elsewhere; none may wait here. */
  void move(Pending<V> pending) throws IOException {
    if (size() > 0) {
      throw new IOException("what waits is both inside and outside of the model state");
    }
    set(pending, 0);
  }

  /** See {@link Pending#add}. */
  boolean add(String id, long expiryTime, V value) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      pending = serializer.createInstance();
    }
    long before = bytes(pending);
    boolean added = pending.add(id, expiryTime, value);
    set(pending, before);
    return added;
  }

  /** See {@link Pending#contains}. */
  boolean contains(String id) throws IOException {
    Pending<V> pending = state.value();
    return pending != null && pending.contains(id);
  }

  /** See {@link Pending#take}. */
  @Nullable V take(String id) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      return null;
    }
    long before = bytes(pending);
    V value = pending.take(id);
    set(pending, before);
    return value;
  }

  /** See {@link Pending#expire}. */
  List<Pending.Entry<V>> expire(long now) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      return List.of();
    }
    long before = bytes(pending);
    List<Pending.Entry<V>> expired = pending.expire(now);
    if (!expired.isEmpty()) {
      set(pending, before);
    }
    return expired;
  }

  /** See {@link Pending#evictOldestAbove}. */
  List<Pending.Entry<V>> evictOldestAbove(int capacity) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null || pending.size() <= capacity) {
      return List.of();
    }
    long before = bytes(pending);
    List<Pending.Entry<V>> evicted = pending.evictOldestAbove(capacity);
    set(pending, before);
    return evicted;
  }

  /** See {@link Pending#evictOldestAboveBytes}. */
  List<Pending.Entry<V>> evictOldestAboveBytes(long most) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null || pending.bytes() <= most) {
      return List.of();
    }
    long before = bytes(pending);
    List<Pending.Entry<V>> evicted = pending.evictOldestAboveBytes(most);
    set(pending, before);
    return evicted;
  }

  /** See {@link Pending#sweep}. */
  List<Pending.Entry<V>> sweep() throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      return List.of();
    }
    long before = bytes(pending);
    List<Pending.Entry<V>> old = pending.sweep();
    set(pending, before);
    return old;
  }

  /** How many wait. */
  int size() throws IOException {
    Pending<V> pending = state.value();
    return pending == null ? 0 : pending.size();
  }
}
