// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import java.io.DataOutput;
import java.io.IOException;

/** The latest bits, at most a fixed number, in the order they came. */
final class BitWindow {
  private final int capacity;
  private final long[] words;
  private int oldest;
  private int size;

  BitWindow(int capacity) {
    this.capacity = capacity;
    words = new long[(capacity + 63) >>> 6];
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** Takes a bit in; a full window loses its oldest. */
  void add(boolean bit) {
    int place = place(size);
    if (size == capacity) {
      oldest = oldest + 1 == capacity ? 0 : oldest + 1;
    } else {
      size++;
    }
    long mask = 1L << place;
    words[place >>> 6] = bit ? words[place >>> 6] | mask : words[place >>> 6] & ~mask;
  }

  /** The i-th oldest, 0 or 1. */
  int get(int i) {
    int place = place(i);
    return (int) (words[place >>> 6] >>> place) & 1;
  }

  private int place(int i) {
    int place = oldest + i;
    return place >= capacity ? place - capacity : place;
  }

  /** Forgets all but the newest; count is at most the size. */
  void keepNewest(int count) {
    oldest = place(size - count);
    size = count;
  }

  void clear() {
    size = 0;
  }

  void writeSnapshot(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int from = 0; from < size; from += 64) {
      long word = 0;
      for (int i = from; i < Math.min(from + 64, size); i++) {
        word |= (long) get(i) << i;
      }
      out.writeLong(word);
    }
  }

  /** Takes the bits of a snapshot into a window that has none. */
  void readSnapshot(DetectorSnapshot in) throws IOException {
    int count = in.smallCount("window", capacity);
    for (int from = 0; from < count; from += 64) {
      long word = in.bits();
      for (int i = from; i < Math.min(from + 64, count); i++) {
        add((word >>> i & 1) == 1);
      }
    }
  }
}
