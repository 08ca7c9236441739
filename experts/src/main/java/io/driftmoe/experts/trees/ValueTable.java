// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import java.util.Arrays;

/**
 * What a leaf has seen of one wide nominal attribute: the weight of each class with each value.
 *
 * <p>A hash table with linear probing that grows with the values seen, up to a limit. A new value
 * beyond that makes room: the less frequent half is forgotten, so that frequent values stay and the
 * time for it is spread over many lessons (Anderson et al.: A high-performance algorithm for
 * identifying frequent items in data streams, IMC 2017, purge likewise).
 */
final class ValueTable {
  static final int SMALLEST = 8;

  private final int classes;

  /** 1 + the value in each slot, 0 in a free one. */
  private int[] keys = new int[SMALLEST];

  /** {@code [slots × classes]} */
  private double[] weights;

  private int size;

  ValueTable(int classes) {
    this.classes = classes;
    this.weights = new double[SMALLEST * classes];
  }

  /** Bytes of the smallest table. */
  static long leastBytes(int classes) {
    return bytes(SMALLEST, classes);
  }

  private static long bytes(long slots, int classes) {
    return 40 + 16 + 16 + slots * (Integer.BYTES + (long) Double.BYTES * classes);
  }

  long bytes() {
    return bytes(keys.length, classes);
  }

  /** Values held. */
  int size() {
    return size;
  }

  /** Number of places that may hold a value, a power of two. */
  int slots() {
    return keys.length;
  }

  /** The value in a slot, -1 in a free one. */
  int value(int slot) {
    return keys[slot] - 1;
  }

  /** Weight of a class with the value in a slot. */
  double weight(int slot, int c) {
    return weights[slot * classes + c];
  }

  /** Weight of all classes with the value in a slot. */
  double total(int slot) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += weights[slot * classes + c];
    }
    return sum;
  }

  /** The slot of a value, -1 when it is not held. */
  int find(int value) {
    int slot = probe(value);
    return keys[slot] == 0 ? -1 : slot;
  }

  private int probe(int value) {
    int mask = keys.length - 1;
    // the high bits of a product with 2^32 / golden ratio spread runs of values
    int slot = value * 0x9E3779B9 >>> 8 & mask;
    while (keys[slot] != 0 && keys[slot] != value + 1) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /**
   * Adds the weight of an example.
   *
   * @param most bytes that the table may take; the smallest one is kept in any case
   */
  void add(int value, int c, double weight, long most) {
    int slot = probe(value);
    if (keys[slot] == 0) {
      if (size >= most(keys.length)) {
        makeRoom(most);
        slot = probe(value);
      }
      keys[slot] = value + 1;
      size++;
    }
    weights[slot * classes + c] += weight;
  }

  /** Values that so many slots hold. */
  private static int most(int slots) {
    return slots - slots / 4;
  }

  private void makeRoom(long most) {
    if (bytes(2L * keys.length, classes) <= most) {
      rehash(2 * keys.length, -1, 0);
      return;
    }
    int slots = keys.length;
    while (slots > SMALLEST && bytes(slots, classes) > most) {
      slots /= 2;
    }
    double[] totals = new double[size];
    int n = 0;
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0) {
        totals[n++] = total(slot);
      }
    }
    Arrays.sort(totals);
    int kept = most(slots) / 2;
    double least = totals[n - kept];
    int above = 0;
    for (double total : totals) {
      above += total > least ? 1 : 0;
    }
    rehash(slots, least, kept - above);
  }

  /** Keeps values of more than a weight, and some of just that weight. */
  private void rehash(int slots, double least, int equals) {
    int[] oldKeys = keys;
    double[] oldWeights = weights;
    int places = equals;
    keys = new int[slots];
    weights = new double[slots * classes];
    size = 0;
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldKeys[old] == 0) {
        continue;
      }
      double total = 0;
      for (int c = 0; c < classes; c++) {
        total += oldWeights[old * classes + c];
      }
      if (total > least || total == least && places-- > 0) {
        int slot = probe(oldKeys[old] - 1);
        keys[slot] = oldKeys[old];
        System.arraycopy(oldWeights, old * classes, weights, slot * classes, classes);
        size++;
      }
    }
  }

  /** Starts again with free slots, as many as a snapshot says. */
  void restore(int slots) {
    keys = new int[slots];
    weights = new double[slots * classes];
    size = 0;
  }

  /** Puts a value where a snapshot says; {@link #isConsistent} when all are there. */
  void restore(int slot, int value) {
    keys[slot] = value + 1;
    size++;
  }

  void restore(int slot, int c, double weight) {
    weights[slot * classes + c] = weight;
  }

  /** Whether every value is where it will be looked for. */
  boolean isConsistent() {
    for (int slot = 0; slot < keys.length; slot++) {
      if (size >= keys.length || keys[slot] != 0 && find(keys[slot] - 1) != slot) {
        return false;
      }
    }
    return true;
  }
}
