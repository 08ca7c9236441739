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
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Predictions that wait for their labels, by event id. Each expires at a time its owner sets, and
 * the owner evicts the oldest when there are more than the capacity. Times are in whatever unit and
 * clock the caller uses throughout. Not thread-safe.
 */
public final class PendingPredictions {
  private static final String TAG = "PEND";
  private static final int VERSION = 1;
  private static final int MAX_ID_LENGTH = 1 << 16;

  private final int capacity;
  // In insertion order; the set below holds the same slots in the order in which they expire.
  private final Map<String, Slot> byId = new LinkedHashMap<>();
  private final TreeSet<Slot> byExpiry =
      new TreeSet<>(
          Comparator.comparingLong((Slot slot) -> slot.entry.expiryTime())
              .thenComparingLong(slot -> slot.sequence));
  private long nextSequence;

  /**
   * One waiting prediction.
   *
   * @param id of the event
   * @param expiryTime first moment at which the prediction no longer waits
   * @param prediction what was predicted
   */
  public record Entry(String id, long expiryTime, PendingPrediction prediction) {
    /** Rejects nulls. */
    public Entry {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(prediction, "prediction");
    }
  }

  private record Slot(Entry entry, long sequence) {}

  /**
   * @param capacity number of predictions above which {@link #evictOverflow} gives one back, at
   *     least 1
   */
  public PendingPredictions(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Lets a prediction wait.
   *
   * @param id at most 65,536 characters
   * @param expiryTime first moment at which the prediction no longer waits
   * @return false, and nothing changes, when a prediction with this id is waiting already
   * @throws IllegalArgumentException on a longer id
   */
  public boolean add(String id, long expiryTime, PendingPrediction prediction) {
    if (id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "id must have at most %d characters, got %d".formatted(MAX_ID_LENGTH, id.length()));
    }
    Slot slot = new Slot(new Entry(id, expiryTime, prediction), nextSequence);
    if (byId.putIfAbsent(id, slot) != null) {
      return false;
    }
    nextSequence++;
    byExpiry.add(slot);
    return true;
  }

  /** Removes and returns the prediction with this id, or null when none is waiting. */
  public PendingPrediction take(String id) {
    Slot slot = byId.remove(id);
    if (slot == null) {
      return null;
    }
    byExpiry.remove(slot);
    return slot.entry.prediction();
  }

  /**
   * Removes what has expired.
   *
   * @return the entries with an expiry time of at most now, the earliest first, those of the same
   *     time in the order they were added
   */
  public List<Entry> expire(long now) {
    List<Entry> expired = new ArrayList<>();
    while (!byExpiry.isEmpty() && byExpiry.first().entry.expiryTime() <= now) {
      Entry entry = byExpiry.pollFirst().entry;
      byId.remove(entry.id());
      expired.add(entry);
    }
    return expired;
  }

  /** Removes and returns the entry that was added first, when there are more than the capacity. */
  public Optional<Entry> evictOverflow() {
    if (byId.size() <= capacity) {
      return Optional.empty();
    }
    Iterator<Slot> slots = byId.values().iterator();
    Slot oldest = slots.next();
    slots.remove();
    byExpiry.remove(oldest);
    return Optional.of(oldest.entry);
  }

  /** How many predictions wait. */
  public int size() {
    return byId.size();
  }

  /** The earliest expiry time, empty when nothing waits. */
  public OptionalLong nextExpiry() {
    return byExpiry.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(byExpiry.first().entry.expiryTime());
  }

  /**
   * Writes all entries as versioned bytes.
   *
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(byId.size());
    for (Slot slot : byId.values()) {
      byte[] id = slot.entry.id().getBytes(StandardCharsets.UTF_8);
      out.writeInt(id.length);
      out.write(id);
      out.writeLong(slot.entry.expiryTime());
      slot.entry.prediction().writeTo(out);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param capacity need not be the one of the writer
   * @throws IOException when the bytes are truncated or of an unknown version
   */
  public static PendingPredictions restore(int capacity, DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    PendingPredictions pending = new PendingPredictions(capacity);
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      int length = in.readInt();
      if (length < 0 || length > 3 * MAX_ID_LENGTH) {
        throw new IOException("pending prediction has an id of " + length + " bytes");
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      String id = new String(bytes, StandardCharsets.UTF_8);
      if (!pending.add(id, in.readLong(), PendingPrediction.readFrom(in))) {
        throw new IOException("snapshot holds two pending predictions with id '" + id + "'");
      }
    }
    return pending;
  }
}
