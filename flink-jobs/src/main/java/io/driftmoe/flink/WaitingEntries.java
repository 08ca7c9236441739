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
 * Entries of one kind that wait, in a keyed state of their own. A key under which nothing waits has
 * no such state. What all of them take is kept in the share of the subtask.
 */
final class WaitingEntries<V> {
  /**
   * Heap that a key takes under which something waits, beside the entries: its own text, a place in
   * the state, the trees' roots.
   */
  static final int KEY_BYTES = 300;

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

  private static long bytes(@Nullable Pending<?> pending) {
    return pending != null && pending.size() > 0 ? KEY_BYTES + pending.bytes() : 0;
  }

  /** About how many bytes of heap those under the current key take, as they were saved. */
  long bytes() throws IOException {
    return bytes(state.value());
  }

  /** See {@link UnderKey#since}; as they were saved. */
  @Nullable Long since() throws IOException {
    return underKey().since();
  }

  /** Those under the current key, to be saved under it. */
  UnderKey underKey() throws IOException {
    return new UnderKey(state.value());
  }

  /** What waits under one key: the state is read once, and written once if something changed. */
  final class UnderKey {
    /** Null as long as nothing waits. */
    private @Nullable Pending<V> pending;

    private boolean changed;

    /** What they take as the share counts them. */
    private long counted;

    private UnderKey(@Nullable Pending<V> pending) {
      this.pending = pending;
      this.counted = bytes(pending);
    }

    void save() throws IOException {
      if (!changed || pending == null) {
        return;
      }
      changed = false;
      long now = bytes(pending);
      memory.addWaiting(now - counted);
      counted = now;
      if (pending.size() > 0) {
        state.update(pending);
      } else {
        state.clear();
      }
    }

    /** Takes over entries that waited elsewhere; none may wait here. */
    void move(Pending<V> entries) throws IOException {
      if (size() > 0) {
        throw new IOException("what waits is both inside and outside of the model state");
      }
      pending = entries;
      changed = true;
    }

    /** See {@link Pending#add}. */
    boolean add(String id, long expiryTime, V value) {
      if (pending == null) {
        pending = serializer.createInstance();
      }
      boolean added = pending.add(id, expiryTime, value);
      changed |= added;
      return added;
    }

    /** See {@link Pending#values}. */
    Iterable<V> values() {
      return pending == null ? List.of() : pending.values();
    }

    /** See {@link Pending#contains}. */
    boolean contains(String id) {
      return pending != null && pending.contains(id);
    }

    /** See {@link Pending#get}. */
    @Nullable V get(String id) {
      return pending == null ? null : pending.get(id);
    }

    /** See {@link Pending#take}. */
    @Nullable V take(String id) {
      V value = pending == null ? null : pending.take(id);
      changed |= value != null;
      return value;
    }

    /** See {@link Pending#expire}. */
    List<Pending.Entry<V>> expire(long now) {
      return pending == null ? List.of() : gone(pending.expire(now));
    }

    /** See {@link Pending#evictOldestAbove}. */
    List<Pending.Entry<V>> evictOldestAbove(int capacity) {
      return pending == null || pending.size() <= capacity
          ? List.of()
          : gone(pending.evictOldestAbove(capacity));
    }

    /** See {@link Pending#evictOldestAboveBytes}. */
    List<Pending.Entry<V>> evictOldestAboveBytes(long most) {
      return pending == null || pending.bytes() <= most
          ? List.of()
          : gone(pending.evictOldestAboveBytes(most));
    }

    /** See {@link Pending#sweep}. */
    List<Pending.Entry<V>> sweep() {
      if (pending == null) {
        return List.of();
      }
      changed = true; // when the last sweep was
      return pending.sweep();
    }

    private List<Pending.Entry<V>> gone(List<Pending.Entry<V>> entries) {
      changed |= !entries.isEmpty();
      return entries;
    }

    /** When the one that waits for longest began to, in event time; null where none waits. */
    @Nullable Long since() {
      Pending.Entry<V> oldest = pending == null ? null : pending.oldest();
      return oldest == null ? null : oldest.expiryTime();
    }

    /** How many wait. */
    int size() {
      return pending == null ? 0 : pending.size();
    }
  }
}
