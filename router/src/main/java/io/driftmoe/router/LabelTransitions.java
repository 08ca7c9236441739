// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How often each class followed the last label, and where there are few classes the last two. A row
 * of counts loses a share of each count when it gets another. Rows are made when they are needed.
 */
final class LabelTransitions {
  /** With more classes, two labels have too many rows. */
  private static final int MOST_CLASSES_OF_PAIRS = 10;

  /** What a count loses when its row gets another of weight 1. */
  private static final double FORGETTING = 0.02;

  /** Of a row beside its counts, with what points to it. */
  private static final int ROW_BYTES = 24;

  private final int classes;
  private final double[] @Nullable [] afterOne;

  /** Empty where there are too many classes, or where one label is enough. */
  private final double[] @Nullable [] afterTwo;

  LabelTransitions(int classes) {
    this(classes, hasPairs(classes));
  }

  /**
   * @param pairs whether it counts after two labels as well as after one
   */
  LabelTransitions(int classes, boolean pairs) {
    this.classes = classes;
    this.afterOne = new double[classes + 1][];
    this.afterTwo = new double[pairs ? (classes + 1) * (classes + 1) : 0][];
  }

  private static boolean hasPairs(int classes) {
    return classes <= MOST_CLASSES_OF_PAIRS;
  }

  /** Bytes of all rows. */
  static long mostBytes(int classes) {
    return mostBytes(classes, hasPairs(classes));
  }

  /** Bytes of all rows, with or without those after two labels. */
  static long mostBytes(int classes, boolean pairs) {
    long rows = classes + 1L;
    if (pairs) {
      rows += rows * rows;
    }
    return rows * (Double.BYTES * classes + ROW_BYTES);
  }

  /**
   * Narrows a distribution down: each row of counts is added to it, as if it were one event.
   *
   * @param last two labels, {@link LabelHistory#NONE} where there is none
   * @param from where the distribution begins, which is changed
   */
  void narrow(int[] last, double[] distribution, int from) {
    narrow(afterOne[last[0] + 1], distribution, from);
    if (afterTwo.length > 0) {
      narrow(afterTwo[pair(last)], distribution, from);
    }
  }

  private int pair(int[] last) {
    return (last[0] + 1) * (classes + 1) + last[1] + 1;
  }

  /** Adds counts to a distribution that counts for one event. */
  static void narrow(double @Nullable [] counts, double[] distribution, int from) {
    if (counts == null) {
      return;
    }
    double sum = 1;
    for (double count : counts) {
      sum += count;
    }
    for (int c = 0; c < counts.length; c++) {
      distribution[from + c] = (counts[c] + distribution[from + c]) / sum;
    }
  }

  /**
   * Counts a label.
   *
   * @param last two labels that were known when its event was predicted
   * @param weight above 0, at most 1
   */
  void count(int[] last, int label, double weight) {
    count(row(afterOne, last[0] + 1), label, weight);
    if (afterTwo.length > 0) {
      count(row(afterTwo, pair(last)), label, weight);
    }
  }

  private double[] row(double[] @Nullable [] rows, int at) {
    double[] row = rows[at];
    if (row == null) {
      row = new double[classes];
      rows[at] = row;
    }
    return row;
  }

  /** Adds to one of some counts, and takes a share of all. */
  static void count(double[] counts, int label, double weight) {
    double kept = 1 - FORGETTING * weight;
    for (int c = 0; c < counts.length; c++) {
      counts[c] *= kept;
    }
    counts[label] += weight;
  }

  /** Takes the counts of others of as many classes, those of pairs where both have any. */
  void copyFrom(LabelTransitions other) {
    copy(other.afterOne, afterOne);
    copy(other.afterTwo, afterTwo);
  }

  private static void copy(double[] @Nullable [] from, double[] @Nullable [] to) {
    for (int r = 0; r < Math.min(from.length, to.length); r++) {
      double[] row = from[r];
      to[r] = row == null ? null : row.clone();
    }
  }

  void writeTo(DataOutput out) throws IOException {
    write(out, afterOne);
    write(out, afterTwo);
  }

  private static void write(DataOutput out, double[] @Nullable [] rows) throws IOException {
    int known = 0;
    for (double[] row : rows) {
      known += row == null ? 0 : 1;
    }
    out.writeInt(known);
    for (int r = 0; r < rows.length; r++) {
      double[] row = rows[r];
      if (row != null) {
        out.writeInt(r);
        SnapshotArrays.writeDoubles(out, row);
      }
    }
  }

  void readFrom(DataInput in) throws IOException {
    read(in, afterOne);
    read(in, afterTwo);
  }

  private void read(DataInput in, double[] @Nullable [] rows) throws IOException {
    int known = in.readInt();
    for (int i = 0; i < known; i++) {
      int at = in.readInt();
      if (at < 0 || at >= rows.length) {
        throw new IOException(
            "snapshot holds counts after labels %s, there are %s".formatted(at, rows.length));
      }
      readCounts(in, row(rows, at));
    }
  }

  static void readCounts(DataInput in, double[] counts) throws IOException {
    SnapshotArrays.readDoubles(in, counts, 0, 1 / FORGETTING + 1, "counts of labels");
  }
}
