// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its other half, by event id: predictions for their labels, early labels for their
 * events. Each entry expires at a time its owner sets. Times are in whatever unit and clock the
 * caller uses throughout. Not thread-safe.
 *
 * @param <V> what waits
 */
public final class Pending<V> {
  private static final String TAG = "PEND";
  private static final int VERSION = 1;
  private static final int MAX_ID_LENGTH = 1 << 16;

  // In insertion order; the set below holds the same slots in the order in which they expire.
  private final Map<String, Slot<V>> byId = new LinkedHashMap<>();
  private final TreeSet<Slot<V>> byExpiry =
      new TreeSet<>(
          Comparator.comparingLong((Slot<V> slot) -> slot.entry.expiryTime())
              .thenComparingLong(slot -> slot.sequence));
  private long nextSequence;

  /**
   * One that waits.
   *
   * @param id of the event
   * @param expiryTime first moment at which it no longer waits
   * @param value what waits
   */
  public record Entry<V>(String id, long expiryTime, V value) {
    /** Rejects nulls. */
    public Entry {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(value, "value");
    }
  }

  private record Slot<V>(Entry<V> entry, long sequence) {}

  /** Writes a value into a snapshot. */
  @FunctionalInterface
  public interface ValueWriter<V> {
    /** Writes one value. */
    void write(V value, DataOutput out) throws IOException;
  }

  /** Reads what the {@link ValueWriter} wrote. */
  @FunctionalInterface
  public interface ValueReader<V> {
    /** Reads one value. */
    V read(DataInput in) throws IOException;
  }

  /**
   * Lets a value wait.
   *
   * @param id at most 65,536 characters
   * @param expiryTime first moment at which it no longer waits
   * @return false, and nothing changes, when something with this id waits already
   * @throws IllegalArgumentException on a longer id
   */
  public boolean add(String id, long expiryTime, V value) {
    if (id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "id must have at most %d characters, got %d".formatted(MAX_ID_LENGTH, id.length()));
    }
    Slot<V> slot = new Slot<>(new Entry<>(id, expiryTime, value), nextSequence);
    if (byId.putIfAbsent(id, slot) != null) {
      return false;
    }
    nextSequence++;
    byExpiry.add(slot);
    return true;
  }

  /** Whether something with this id waits. */
  public boolean contains(String id) {
    return byId.containsKey(id);
  }

  /** Removes and returns the value with this id, or null when none waits. */
  public @Nullable V take(String id) {
    Slot<V> slot = byId.remove(id);
    if (slot == null) {
      return null;
    }
    byExpiry.remove(slot);
    return slot.entry.value();
  }

  /**
   * Removes what has expired.
   *
   * @return the entries with an expiry time of at most now, the earliest first, those of the same
   *     time in the order they were added
   */
  public List<Entry<V>> expire(long now) {
    List<Entry<V>> expired = new ArrayList<>();
    while (!byExpiry.isEmpty() && byExpiry.first().entry.expiryTime() <= now) {
      Entry<V> entry = byExpiry.pollFirst().entry;
      byId.remove(entry.id());
      expired.add(entry);
    }
    return expired;
  }

  /** Removes and returns the entry that was added first, when there are more than the capacity. */
  public Optional<Entry<V>> evictOldestAbove(int capacity) {
    if (byId.size() <= capacity) {
      return Optional.empty();
    }
    Iterator<Slot<V>> slots = byId.values().iterator();
    Slot<V> oldest = slots.next();
    slots.remove();
    byExpiry.remove(oldest);
    return Optional.of(oldest.entry);
  }

  /** How many wait. */
  public int size() {
    return byId.size();
  }

  /**
   * Writes all entries as versioned bytes.
   *
   * @param writer of the values
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out, ValueWriter<V> writer) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(byId.size());
    for (Slot<V> slot : byId.values()) {
      byte[] id = slot.entry.id().getBytes(StandardCharsets.UTF_8);
      out.writeInt(id.length);
      out.write(id);
      out.writeLong(slot.entry.expiryTime());
      writer.write(slot.entry.value(), out);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param reader of the values
   * @throws IOException when the bytes are truncated or of an unknown version
   */
  public static <V> Pending<V> restore(DataInput in, ValueReader<V> reader) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    Pending<V> pending = new Pending<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      int length = in.readInt();
      if (length < 0 || length > 3 * MAX_ID_LENGTH) {
        throw new IOException("pending entry has an id of " + length + " bytes");
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      String id = new String(bytes, StandardCharsets.UTF_8);
      if (!pending.add(id, in.readLong(), reader.read(in))) {
        throw new IOException("snapshot holds two pending entries with id '" + id + "'");
      }
    }
    return pending;
  }
}
