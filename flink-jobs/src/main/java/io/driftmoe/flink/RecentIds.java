// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The last ids of a model key that were learned: exact, since it holds the ids themselves. An id
 * takes its bytes in UTF-8 and some 13 more; in a checkpoint 4 more. {@link RecentIdsBudget} holds
 * those of all keys within a bound. Mutable.
 *
 * <p>Ids are in blocks, each with a hash table of its own. A full block never changes: copies share
 * it, and the blocks that have left the window are dropped as a whole.
 */
final class RecentIds {
  private static final int BLOCK = 512;
  private static final Block[] NONE = {};

  /** Full blocks, the oldest first. */
  private Block[] full = NONE;

  /** Heap that they take. */
  private long fullBytes;

  private Block last;

  RecentIds() {
    last = new Block(0);
  }

  private RecentIds(RecentIds other) {
    full = other.full;
    fullBytes = other.fullBytes;
    last = other.last.copy();
  }

  /** One that holds the same ids, and changes apart from this. */
  RecentIds copy() {
    return new RecentIds(this);
  }

  private static final class Block {
    private static final int LEAST = 8;

    /** The object itself, and the heads of its arrays. */
    private static final int FIXED_BYTES = 136;

    /** How many ids were added before the first one here. */
    private final long before;

    private int size;
    private byte[] text = {};

    /** Of each id, where its bytes end. */
    private int[] ends = {};

    private int[] hashes = {};

    /** Number of an id plus 1, at its hash or behind; 0 where there is none. Half empty. */
    private short[] table = {};

    /**
     * A Bloom filter with one bit an id, an eighth of them set: nearly all ids are asked for that
     * no block holds, and the filters of all blocks fit into the nearest cache.
     */
    private long[] filter = {};

    private Block(long before) {
      this.before = before;
    }

    private Block copy() {
      Block copy = new Block(before);
      copy.size = size;
      copy.text = text.clone();
      copy.ends = ends.clone();
      copy.hashes = hashes.clone();
      copy.table = table.clone();
      copy.filter = filter.clone();
      return copy;
    }

    /** Heap that it takes; the same ids take the same, also once they are restored. */
    private long bytes() {
      return FIXED_BYTES
          + text.length
          + (long) Integer.BYTES * (ends.length + hashes.length)
          + (long) Short.BYTES * table.length
          + (long) Long.BYTES * filter.length;
    }

    private int start(int number) {
      return number == 0 ? 0 : ends[number - 1];
    }

    /** Number of an id, or -1. */
    private int find(String id, int hash) {
      if (size == 0 || (filter[word(hash)] & bit(hash)) == 0) {
        return -1;
      }
      int mask = table.length - 1;
      for (int at = hash & mask; table[at] != 0; at = at + 1 & mask) {
        int number = table[at] - 1;
        if (hashes[number] == hash && isAt(number, id)) {
          return number;
        }
      }
      return -1;
    }

    private int word(int hash) {
      return hash >>> 16 & filter.length - 1;
    }

    private static long bit(int hash) {
      return 1L << (hash >>> 10); // the lowest six bits count
    }

    private boolean isAt(int number, String id) {
      byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
      return Arrays.equals(text, start(number), ends[number], bytes, 0, bytes.length);
    }

    private void add(byte[] id, int hash) {
      if (size == ends.length) {
        grow();
      }
      int start = start(size);
      int end = Math.addExact(start, id.length);
      if (end > text.length) {
        text = Arrays.copyOf(text, (int) Math.min(Integer.MAX_VALUE - 8L, end + end / 2L));
      }
      System.arraycopy(id, 0, text, start, id.length);
      ends[size] = end;
      hashes[size] = hash;
      size++;
      place(size - 1);
    }

    /** Sets an id into the table, in the place of an equal one. */
    private void place(int number) {
      int mask = table.length - 1;
      int at = hashes[number] & mask;
      while (table[at] != 0 && !same(table[at] - 1, number)) {
        at = at + 1 & mask;
      }
      table[at] = (short) (number + 1);
      filter[word(hashes[number])] |= bit(hashes[number]);
    }

    private boolean same(int one, int other) {
      return hashes[one] == hashes[other]
          && Arrays.equals(text, start(one), ends[one], text, start(other), ends[other]);
    }

    private void grow() {
      int ids = Math.max(LEAST, 2 * size);
      ends = Arrays.copyOf(ends, ids);
      hashes = Arrays.copyOf(hashes, ids);
      table = new short[2 * ids];
      filter = new long[ids / LEAST];
      for (int number = 0; number < size; number++) {
        place(number);
      }
    }

    private void trim() {
      text = Arrays.copyOf(text, start(size));
    }
  }

  /** Of the hash code that the text itself keeps: to ask for an id takes no look at its bytes. */
  private static int hash(String id) {
    int hash = id.hashCode() * 0x9e3779b9;
    return hash ^ hash >>> 15;
  }

  private long added() {
    return last.before + last.size;
  }

  /**
   * Whether an id is among the last ones.
   *
   * @param window how many of them count
   */
  boolean contains(String id, int window) {
    int hash = hash(id);
    long first = added() - window;
    int number = last.find(id, hash);
    if (number >= 0) {
      return last.before + number >= first;
    }
    for (int b = full.length - 1; b >= 0; b--) {
      number = full[b].find(id, hash);
      if (number >= 0) {
        return full[b].before + number >= first;
      }
    }
    return false;
  }

  /**
   * Adds an id.
   *
   * @param window how many ids will be asked for; those before may be forgotten
   */
  void add(String id, int window) {
    if (window > 0) {
      reserve(window);
      last.add(id.getBytes(StandardCharsets.UTF_8), hash(id));
    }
  }

  private void reserve(int window) {
    if (last.size == BLOCK) {
      long first = added() + 1 - window;
      int gone = 0;
      while (gone < full.length && full[gone].before + full[gone].size <= first) {
        gone++;
      }
      last.trim();
      for (int b = 0; b < gone; b++) {
        fullBytes -= full[b].bytes();
      }
      fullBytes += last.bytes();
      Block[] blocks = Arrays.copyOfRange(full, gone, full.length + 1);
      blocks[blocks.length - 1] = last;
      full = blocks;
      last = new Block(added());
    }
  }

  /** About how many bytes of heap they take; none where there is no id. */
  long bytes() {
    return full.length == 0 && last.size == 0 ? 0 : fullBytes + last.bytes();
  }

  /**
   * Forgets the oldest ids, a block of them.
   *
   * @return how many
   */
  int forgetOldest() {
    int forgotten;
    if (full.length == 0) {
      forgotten = last.size;
      last = new Block(added());
    } else {
      forgotten = full[0].size;
      fullBytes -= full[0].bytes();
      full = Arrays.copyOfRange(full, 1, full.length);
    }
    return forgotten;
  }

  /** How many are held: those of the window, and some before. */
  int size() {
    int size = last.size;
    for (Block block : full) {
      size += block.size;
    }
    return size;
  }

  /** Writes the ids, the oldest first. */
  void write(DataOutput out) throws IOException {
    out.writeInt(size());
    for (Block block : full) {
      write(block, out);
    }
    write(last, out);
  }

  private static void write(Block block, DataOutput out) throws IOException {
    for (int number = 0; number < block.size; number++) {
      int start = block.start(number);
      int length = block.ends[number] - start;
      out.writeInt(length);
      out.write(block.text, start, length);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException when the bytes are truncated
   */
  static RecentIds readFrom(DataInput in) throws IOException {
    RecentIds ids = new RecentIds();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      // as text, which reads a length that is too large to the end of the input at most
      ids.add(SnapshotText.read(in), Integer.MAX_VALUE);
    }
    return ids;
  }
}
