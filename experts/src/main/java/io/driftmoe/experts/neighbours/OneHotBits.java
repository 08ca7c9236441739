// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import io.driftmoe.core.Domain;
import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Nominal attributes with few values as one bit per value, many attributes a word, a word per
 * position of the ring. The number of bits that differ is the squared distance of the one-hot
 * vectors: 2 for different values, 1 for a missing and a known one.
 */
final class OneHotBits {
  /** Attributes with more values than this are not kept here. */
  static final int MOST_VALUES = 16;

  // Where the bits of an attribute start, -1 for attributes that are not kept here.
  private final int[] firstBits;
  private final long[][] words;
  private final long[] encoded;

  OneHotBits(Domain domain, int capacity) {
    this.firstBits = new int[domain.attributes()];
    int used = 0;
    for (int a = 0; a < firstBits.length; a++) {
      int values = domain.values(a);
      firstBits[a] = -1;
      if (holds(values)) {
        // No attribute straddles two words.
        used += used / Long.SIZE == (used + values - 1) / Long.SIZE ? 0 : -used & (Long.SIZE - 1);
        firstBits[a] = used;
        used += values;
      }
    }
    this.words = new long[(used + Long.SIZE - 1) / Long.SIZE][capacity];
    this.encoded = new long[words.length];
  }

  /** Whether an attribute with so many declared values is kept here. */
  static boolean holds(int values) {
    return values > 0 && values <= MOST_VALUES;
  }

  void set(int position, double[] values) {
    encode(values);
    for (int w = 0; w < words.length; w++) {
      words[w][position] = encoded[w];
    }
  }

  /** Adds to each sum the squared distance of its position from these values. */
  void addDistances(double[] values, float[] sums, int n) {
    encode(values);
    for (int w = 0; w < words.length; w++) {
      addDifferent(words[w], encoded[w], sums, n);
    }
  }

  private static void addDifferent(long[] column, long query, float[] sums, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] += Long.bitCount(column[j] ^ query);
    }
  }

  private void encode(double[] values) {
    Arrays.fill(encoded, 0);
    for (int a = 0; a < firstBits.length && encoded.length > 0; a++) {
      if (firstBits[a] >= 0 && !Double.isNaN(values[a])) {
        int bit = firstBits[a] + (int) values[a];
        encoded[bit / Long.SIZE] |= 1L << bit;
      }
    }
  }

  void writeSnapshot(DataOutput out) throws IOException {
    for (long[] word : words) {
      SnapshotArrays.writeLongs(out, word);
    }
  }

  /** Replaces the whole state by what a snapshot holds. */
  void readSnapshot(DataInput in) throws IOException {
    for (long[] word : words) {
      SnapshotArrays.readLongs(in, word);
    }
  }
}
