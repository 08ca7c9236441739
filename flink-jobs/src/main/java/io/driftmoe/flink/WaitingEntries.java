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
 * under which nothing waits has no such state.
 */
final class WaitingEntries<V> {
  private final ValueState<Pending<V>> state;
  private final PendingSerializer<V> serializer;

  private WaitingEntries(ValueState<Pending<V>> state, PendingSerializer<V> serializer) {
    this.state = state;
    this.serializer = serializer;
  }

  /** Those in the state of this name. */
  static <V> WaitingEntries<V> open(
      RuntimeContext context, String name, PendingSerializer<V> serializer) {
    return new WaitingEntries<>(
        context.getState(new ValueStateDescriptor<>(name, serializer)), serializer);
  }

  private void set(Pending<V> pending) throws IOException {
    if (pending.size() > 0) {
      state.update(pending);
    } else {
      state.clear();
    }
  }

  /** Takes over entries that waited elsewhere; none may wait here. */
  void move(Pending<V> pending) throws IOException {
    if (size() > 0) {
      throw new IOException("what waits is both inside and outside of the model state");
    }
    set(pending);
  }

  /** See {@link Pending#add}. */
  boolean add(String id, long expiryTime, V value) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      pending = serializer.createInstance();
    }
    boolean added = pending.add(id, expiryTime, value);
    set(pending);
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
    V value = pending.take(id);
    set(pending);
    return value;
  }

  /** See {@link Pending#expire}. */
  List<Pending.Entry<V>> expire(long now) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      return List.of();
    }
    List<Pending.Entry<V>> expired = pending.expire(now);
    if (!expired.isEmpty()) {
      set(pending);
    }
    return expired;
  }

  /** See {@link Pending#evictOldestAbove}. */
  List<Pending.Entry<V>> evictOldestAbove(int capacity) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null || pending.size() <= capacity) {
      return List.of();
    }
    List<Pending.Entry<V>> evicted = pending.evictOldestAbove(capacity);
    set(pending);
    return evicted;
  }

  /** See {@link Pending#evictOldestAboveBytes}. */
  List<Pending.Entry<V>> evictOldestAboveBytes(long most) throws IOException {
    Pending<V> pending = state.value();
    if (pending == null || pending.bytes() <= most) {
      return List.of();
    }
    List<Pending.Entry<V>> evicted = pending.evictOldestAboveBytes(most);
    set(pending);
    return evicted;
  }

  /** See {@link Pending#sweep}. */
  List<Pending.Entry<V>> sweep() throws IOException {
    Pending<V> pending = state.value();
    if (pending == null) {
      return List.of();
    }
    List<Pending.Entry<V>> old = pending.sweep();
    set(pending);
    return old;
  }

  /** How many wait. */
  int size() throws IOException {
    Pending<V> pending = state.value();
    return pending == null ? 0 : pending.size();
  }
}
