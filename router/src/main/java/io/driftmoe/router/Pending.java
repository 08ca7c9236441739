// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its other half, by event id: predictions for their labels, early labels for their
 * events. Each entry expires at a time its owner sets. Times are in whatever unit and clock the
 * caller uses throughout. Not thread-safe.
 *
 * <p>A {@link #copy} takes the same time however many wait: the entries are in trees that never
 * change, and an operation makes new ones, which takes a time that grows with the logarithm of
 * their number.
 *
 * @param <V> what waits; immutable, because copies share it
 */
public final class Pending<V> {
  private static final String TAG = "PEND";
  private static final int VERSION = 1;

  /** Heap that an entry takes beside its value and the characters of its id: nodes and objects. */
  private static final int ENTRY_BYTES = 216;

  private final ToLongFunction<? super V> valueBytes;

  // The same slots, by the hash code of their id, by expiry, and in the order they were added.
  private PersistentTree<Slot<V>> byId;
  private PersistentTree<Slot<V>> byExpiry;
  private PersistentTree<Slot<V>> byAge;
  private int size;
  private long bytes;
  private long nextSequence;

  /** Those added before it are there since the last sweep. */
  private long swept;

  /** With nothing that waits, and values of which only the ids count in {@link #bytes}. */
  public Pending() {
    this(value -> 0);
  }

  /**
   * With nothing that waits.
   *
   * @param valueBytes about how many bytes of heap a value takes; always the same for one value
   */
  public Pending(ToLongFunction<? super V> valueBytes) {
    this.valueBytes = valueBytes;
    byId = PersistentTree.empty(Comparator.comparing((Slot<V> slot) -> slot.entry.id()));
    byExpiry = PersistentTree.empty(Comparator.comparingLong((Slot<V> slot) -> slot.sequence));
    byAge = PersistentTree.empty((one, other) -> 0);
  }

  private Pending(Pending<V> other) {
    valueBytes = other.valueBytes;
    byId = other.byId;
    byExpiry = other.byExpiry;
    byAge = other.byAge;
    size = other.size;
    bytes = other.bytes;
    nextSequence = other.nextSequence;
    swept = other.swept;
  }

  /**
   * One that waits.
   *
   * @param id of the event
   * @param expiryTime first moment at which it no longer waits
   * @param value what waits
   */
  public record Entry<V>(String id, long expiryTime, V value) {
    /**
     * Rejects nulls.
     *
     * @param id of the event
     * @param expiryTime first moment at which it no longer waits
     * @param value what waits
     */
    public Entry {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * @param bytes about how many it takes; kept, because it waits long enough to leave the caches
   */
  private record Slot<V>(Entry<V> entry, long sequence, long bytes) {}

  /** Writes a value into a snapshot. */
  @FunctionalInterface
  public interface ValueWriter<V> {
    /**
     * Writes one value.
     *
     * @param value not null
     * @param out receives the bytes; it is neither flushed nor closed
     * @throws IOException when the output fails
     */
    void write(V value, DataOutput out) throws IOException;
  }

  /** Reads what the {@link ValueWriter} wrote. */
  @FunctionalInterface
  public interface ValueReader<V> {
    /**
     * Reads one value.
     *
     * @param in stands at the first byte and is left behind the last; it is not closed
     * @return the value, not null
     * @throws IOException when the input ends too early, or holds something else
     */
    V read(DataInput in) throws IOException;
  }

  /** {@return one that holds the same entries, and changes apart from this} Takes no time. */
  public Pending<V> copy() {
    return new Pending<>(this);
  }

  /**
   * Lets a value wait.
   *
   * @param id of the event
   * @param expiryTime first moment at which it no longer waits
   * @param value what waits
   * @return false, and nothing changes, when something with this id waits already
   */
  public boolean add(String id, long expiryTime, V value) {
    Entry<V> entry = new Entry<>(id, expiryTime, value);
    if (contains(id)) {
      return false;
    }
    Slot<V> slot = new Slot<>(entry, nextSequence, bytes(entry));
    nextSequence++;
    byId = byId.with(id.hashCode(), slot);
    byExpiry = byExpiry.with(expiryTime, slot);
    byAge = byAge.with(slot.sequence, slot);
    size++;
    bytes += slot.bytes;
    return true;
  }

  /**
   * {@return whether something with this id waits}
   *
   * @param id of the event
   */
  public boolean contains(String id) {
    return find(id) != null;
  }

  /**
   * The value with this id, which goes on waiting.
   *
   * @param id of the event
   * @return the value, or null when none waits
   */
  public @Nullable V get(String id) {
    Slot<V> slot = find(id);
    return slot == null ? null : slot.entry.value();
  }

  private @Nullable Slot<V> find(String id) {
    return byId.find(id.hashCode(), slot -> id.compareTo(slot.entry.id()));
  }

  /**
   * Removes the value with this id.
   *
   * @param id of the event
   * @return the value, or null when none waits
   */
  public @Nullable V take(String id) {
    Slot<V> slot = find(id);
    return slot == null ? null : remove(slot).value();
  }

  private Entry<V> remove(Slot<V> slot) {
    byId = byId.without(slot.entry.id().hashCode(), slot);
    byExpiry = byExpiry.without(slot.entry.expiryTime(), slot);
    byAge = byAge.without(slot.sequence, slot);
    size--;
    bytes -= slot.bytes;
    return slot.entry;
  }

  private long bytes(Entry<V> entry) {
    return ENTRY_BYTES + 2L * entry.id().length() + valueBytes.applyAsLong(entry.value());
  }

  /**
   * Removes what has expired.
   *
   * @param now in the unit of the expiry times
   * @return the entries with an expiry time of at most now, the earliest first, those of the same
   *     time in the order they were added
   */
  public List<Entry<V>> expire(long now) {
    if (!byExpiry.beginsUpTo(now)) {
      return List.of();
    }
    List<Entry<V>> expired = new ArrayList<>(0);
    for (Slot<V> slot = byExpiry.first();
        slot != null && slot.entry.expiryTime() <= now;
        slot = byExpiry.first()) {
      expired.add(remove(slot));
    }
    return expired;
  }

  /**
   * Removes entries until there are no more than the capacity.
   *
   * @param capacity entries that may stay, at least 0
   * @return those that were added first, in the order they were added
   */
  public List<Entry<V>> evictOldestAbove(int capacity) {
    List<Entry<V>> evicted = new ArrayList<>(0);
    for (Slot<V> oldest = byAge.first();
        oldest != null && size > capacity;
        oldest = byAge.first()) {
      evicted.add(remove(oldest));
    }
    return evicted;
  }

  /**
   * Removes entries until they take no more than so many bytes.
   *
   * @param most bytes, as {@link #bytes} counts them
   * @return those that were added first, in the order they were added
   */
  public List<Entry<V>> evictOldestAboveBytes(long most) {
    List<Entry<V>> evicted = new ArrayList<>(0);
    for (Slot<V> oldest = byAge.first(); oldest != null && bytes > most; oldest = byAge.first()) {
      evicted.add(remove(oldest));
    }
    return evicted;
  }

  /**
   * Removes the entries that were there at the last sweep already. A snapshot does not hold when
   * that was: after a restore the first sweep removes nothing.
   *
   * @return those removed, in the order they were added
   */
  public List<Entry<V>> sweep() {
    List<Entry<V>> old = new ArrayList<>(0);
    for (Slot<V> oldest = byAge.first();
        oldest != null && oldest.sequence < swept;
        oldest = byAge.first()) {
      old.add(remove(oldest));
    }
    swept = nextSequence;
    return old;
  }

  /** {@return what waits, in the order it was added; a view of this moment} */
  public Iterable<V> values() {
    PersistentTree<Slot<V>> now = byAge;
    return () ->
        StreamSupport.stream(now.spliterator(), false).map(slot -> slot.entry.value()).iterator();
  }

  /** {@return the entry that was added first, or null when nothing waits} */
  public @Nullable Entry<V> oldest() {
    Slot<V> first = byAge.first();
    return first == null ? null : first.entry;
  }

  /** {@return about how many bytes of heap the entries take} */
  public long bytes() {
    return bytes;
  }

  /** {@return how many wait} */
  public int size() {
    return size;
  }

  /**
   * Writes all entries as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @param writer of the values
   * @throws IOException when the output fails, or an id holds an unpaired surrogate
   */
  public void writeSnapshot(DataOutput out, ValueWriter<V> writer) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(size);
    for (Slot<V> slot : byAge) {
      SnapshotText.write(out, slot.entry.id());
      out.writeLong(slot.entry.expiryTime());
      writer.write(slot.entry.value(), out);
    }
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param <V> what waits
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param reader of the values
   * @return the entries that were written
   * @throws IOException when the bytes are truncated or of an unknown version
   */
  public static <V> Pending<V> restore(DataInput in, ValueReader<V> reader) throws IOException {
    return restore(in, reader, value -> 0);
  }

  /**
   * Like {@link #restore(DataInput, ValueReader)}.
   *
   * @param <V> what waits
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param reader of the values
   * @param valueBytes about how many bytes of heap a value takes
   * @return the entries that were written
   * @throws IOException when the bytes are truncated or of an unknown version
   */
  public static <V> Pending<V> restore(
      DataInput in, ValueReader<V> reader, ToLongFunction<? super V> valueBytes)
      throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    Pending<V> pending = new Pending<>(valueBytes);
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String id = SnapshotText.read(in);
      if (!pending.add(id, in.readLong(), reader.read(in))) {
        throw new IOException("snapshot holds two pending entries with id '" + id + "'");
      }
    }
    return pending;
  }
}
