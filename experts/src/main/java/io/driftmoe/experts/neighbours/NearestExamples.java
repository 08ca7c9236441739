// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import java.util.Arrays;

/**
 * The k nearest of the examples shown so far; of equally near ones the newer.
 *
 * <p>Looking at every distance costs more than computing it, so slots are grouped in blocks of
 * {@value #BLOCK} successive ones, and the minimum of every block is found by vector instructions:
 * slot s lies at position {@code s mod 8 · blocks + s / 8}, so that folding the array in halves
 * three times leaves one minimum a block. The k-th smallest minimum bounds the k-th smallest
 * distance, and only blocks within the bound are looked into. Which example passes is a coin toss
 * to the branch predictor, hence counting loops without branches, and insertion by minimum and
 * maximum, which is also why distances are compared as the bits of floats of at least 0.
 */
final class NearestExamples {
  static final int BLOCK = 8;

  private final int capacity;
  private final int blocks;
  private final float[] minima;
  private final float[] half;
  private final int[] bounds;
  private final int[] nearBlocks;
  private final long[] candidates;

  // Ascending: squared distance as float bits in the upper half, age of the example in the lower.
  private final long[] nearest;
  private float[] squared = {}; // until it is started
  private int next;
  private int count;

  /**
   * @param neighbours k
   * @param capacity number of slots, a multiple of {@link #BLOCK}
   */
  NearestExamples(int neighbours, int capacity) {
    this.capacity = capacity;
    this.blocks = capacity / BLOCK;
    this.minima = new float[capacity / 2];
    this.half = new float[capacity / 2];
    this.bounds = new int[neighbours];
    this.nearBlocks = new int[blocks + 1];
    this.candidates = new long[capacity + 1];
    this.nearest = new long[neighbours];
  }

  /** Where the distance of a slot lies when there are so many slots. */
  static int position(int slot, int capacity) {
    return slot % BLOCK * (capacity / BLOCK) + slot / BLOCK;
  }

  /**
   * Starts anew with other distances.
   *
   * @param distances squared, by position; not NaN; must not change while they are in use
   * @param nextSlot the slot after that of the newest example
   */
  void start(float[] distances, int nextSlot) {
    squared = distances;
    next = nextSlot;
    count = 0;
    Arrays.fill(nearest, Long.MAX_VALUE);
    int n = minima.length;
    System.arraycopy(distances, 0, minima, 0, n);
    System.arraycopy(distances, n, half, 0, n);
    takeSmaller(minima, half, n);
    while (n > blocks) {
      n /= 2;
      System.arraycopy(minima, n, half, 0, n);
      takeSmaller(minima, half, n);
    }
  }

  private static void takeSmaller(float[] target, float[] other, int n) {
    for (int i = 0; i < n; i++) {
      target[i] = Math.min(target[i], other[i]);
    }
  }

  /** Examples kept, up to k. */
  int count() {
    return count;
  }

  /** Slot of the i-th nearest. */
  int slot(int i) {
    int slot = next - 1 - (int) nearest[i];
    return slot < 0 ? slot + capacity : slot;
  }

  /** Squared distance of the i-th nearest, at least 0. */
  float distance(int i) {
    return Float.intBitsToFloat((int) (nearest[i] >>> Integer.SIZE));
  }

  /** Shows the examples of ages from (inclusive) to to (exclusive), 0 being the newest. */
  void show(int from, int to) {
    int young = next - from;
    int old = next - to;
    showSlots(Math.max(young, 0), Math.max(old, 0), next - 1);
    showSlots(Math.min(young, 0) + capacity, Math.min(old, 0) + capacity, next - 1 + capacity);
    count = Math.min(nearest.length, count + to - from);
  }

  /** Shows slots from {@code to} (exclusive) down to {@code from}; age is base - slot. */
  private void showSlots(int to, int from, int base) {
    int firstBlock = (from + BLOCK - 1) / BLOCK;
    int lastBlock = to / BLOCK;
    if (firstBlock >= lastBlock) {
      insert(collect(0, to, from, base, Float.POSITIVE_INFINITY));
      return;
    }
    float bound = bound(firstBlock, lastBlock);
    int found = collect(0, to, lastBlock * BLOCK, base, bound);
    int near = 0;
    for (int b = lastBlock - 1; b >= firstBlock; b--) {
      nearBlocks[near] = b;
      near += minima[b] <= bound ? 1 : 0;
    }
    for (int i = 0; i < near; i++) {
      int at = nearBlocks[i] * BLOCK;
      found = collect(found, at + BLOCK, at, base, bound);
    }
    insert(collect(found, firstBlock * BLOCK, from, base, bound));
  }

  /** No smaller than the k-th smallest distance after these blocks have been shown. */
  private float bound(int firstBlock, int lastBlock) {
    int last = bounds.length - 1;
    Arrays.fill(
        bounds, Float.floatToRawIntBits(count > last ? distance(last) : Float.POSITIVE_INFINITY));
    for (int b = firstBlock; b < lastBlock; b++) {
      int minimum = Math.max(0, Float.floatToRawIntBits(minima[b]));
      if (minimum < bounds[last]) {
        for (int i = 0; i <= last; i++) {
          int other = bounds[i];
          bounds[i] = Math.min(minimum, other);
          minimum = Math.max(minimum, other);
        }
      }
    }
    return Float.intBitsToFloat(bounds[last]);
  }

  /** Appends the examples within the bound to the candidates; returns their new number. */
  private int collect(int found, int to, int from, int base, float bound) {
    int n = found;
    for (int slot = to - 1; slot >= from; slot--) {
      float distance = squared[(slot & (BLOCK - 1)) * blocks + slot / BLOCK];
      // Bits of floats of at least 0 sort like the floats.
      long bits = Math.max(0, Float.floatToRawIntBits(distance));
      candidates[n] = bits << Integer.SIZE | base - slot;
      n += distance <= bound ? 1 : 0;
    }
    return n;
  }

  private void insert(int found) {
    int last = nearest.length - 1;
    for (int i = 0; i < found; i++) {
      long candidate = candidates[i];
      if (candidate < nearest[last]) {
        for (int k = 0; k <= last; k++) {
          long other = nearest[k];
          nearest[k] = Math.min(candidate, other);
          candidate = Math.max(candidate, other);
        }
      }
    }
  }
}
