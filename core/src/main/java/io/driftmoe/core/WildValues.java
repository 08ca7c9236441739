// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Counts the wild values on one side of a quantity, to believe them when they come again: 32 among
 * 1,024 values move the limit on that side to 4 times the distance of the nearest of them.
 */
final class WildValues {
  private static final int EPOCH_BITS = 10;
  private static final int ENOUGH = 32;
  private static final double BEYOND_THE_NEAREST = 4;

  private long epoch;
  private int count;
  private double nearest;

  /** Distance from the center up to which values are believed. */
  private double believed;

  /**
   * Counts a wild value.
   *
   * @param at number of the value among all, ordinary or not
   * @param distance from the center
   * @return whether more is believed now
   */
  boolean add(long at, double distance) {
    if (count == 0 || at >>> EPOCH_BITS != epoch) {
      epoch = at >>> EPOCH_BITS;
      count = 0;
      nearest = distance;
    }
    nearest = Math.min(nearest, distance);
    count++;
    if (count < ENOUGH) {
      return false;
    }
    believed = BEYOND_THE_NEAREST * nearest;
    count = 0;
    return true;
  }

  double believed() {
    return believed;
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(epoch);
    out.writeInt(count);
    out.writeDouble(nearest);
    out.writeDouble(believed);
  }

  void readFrom(DataInput in) throws IOException {
    epoch = in.readLong();
    count = in.readInt();
    nearest = readDistance(in);
    believed = readDistance(in);
  }

  private static double readDistance(DataInput in) throws IOException {
    return SnapshotArrays.readDouble(in, 0, Double.POSITIVE_INFINITY, "the distance of a value");
  }
}
