// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.DoubleConsumer;

/**
 * All values of a quantity until 31 of them are apart from its most frequent one, which is counted.
 * So their {@link Spread} can be found when 7, 15 and 31 are apart, and what was wild among them
 * can be told later.
 */
final class FirstValues {
  private static final int FEW = 7;
  private static final int MORE = 15;
  private static final int MOST = 31;

  private double frequent;
  private long count;
  private double[] others = {};
  private int size;

  /**
   * Adds a value.
   *
   * @return whether it is time to look at the spread
   */
  boolean add(double value) {
    if (count == 0) {
      frequent = value;
    }
    if (value == frequent) {
      count++;
      return false;
    }
    if (size == others.length) {
      others = Arrays.copyOf(others, room(size + 1));
    }
    others[size++] = value;
    if (isTime()) {
      countMostFrequent();
    }
    return isTime();
  }

  private static int room(int size) {
    return size <= FEW ? FEW : size <= MORE ? MORE : MOST;
  }

  private boolean isTime() {
    return size == FEW || size == MORE || size == MOST;
  }

  /** Whether this is all that is held. */
  boolean isComplete() {
    return size == MOST;
  }

  /** Counts another value instead of the present one where that is more frequent. */
  private void countMostFrequent() {
    double median = spread().center();
    int same = 0;
    for (int i = 0; i < size; i++) {
      same += others[i] == median ? 1 : 0;
    }
    if (same <= count) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (others[i] != median) {
        others[kept++] = others[i];
      }
    }
    Arrays.fill(others, kept, kept + (int) count, frequent);
    size = kept + (int) count;
    frequent = median;
    count = same;
  }

  Spread spread() {
    // one more than the others is a majority already
    double[] values = Arrays.copyOf(others, size + (int) Math.min(count, MOST + 1));
    Arrays.fill(values, size, values.length, frequent);
    return Spread.of(values);
  }

  /** Hands over each value once, or the most frequent one as often as it came. */
  void forEach(boolean repeated, DoubleConsumer target) {
    for (long i = repeated ? count : Math.min(1, count); i > 0; i--) {
      target.accept(frequent);
    }
    for (int i = 0; i < size; i++) {
      target.accept(others[i]);
    }
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeDouble(frequent);
    out.writeLong(count);
    SnapshotArrays.writeDoubles(out, Arrays.copyOf(others, size));
  }

  void readFrom(DataInput in) throws IOException {
    frequent = SnapshotArrays.readDouble(in, -Double.MAX_VALUE, Double.MAX_VALUE, "a value");
    count = SnapshotArrays.readCount(in, "repeats of a value");
    double[] held = SnapshotArrays.readDoubles(in);
    if (held.length >= MOST) {
      throw new IOException("snapshot holds %s first values".formatted(held.length));
    }
    size = held.length;
    others = Arrays.copyOf(held, size == 0 ? 0 : room(size));
  }
}
