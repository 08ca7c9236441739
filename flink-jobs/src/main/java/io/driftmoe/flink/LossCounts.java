// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** How often what was lost under one model key, by cause. Mutable. */
final class LossCounts {
  private static final LossCause[] CAUSES = LossCause.values();
  private static final long[] NONE = {};

  /** By cause; empty as long as nothing is lost, which most keys begin with. */
  private long[] counts = NONE;

  LossCounts copy() {
    LossCounts copy = new LossCounts();
    copy.counts = counts.length == 0 ? NONE : counts.clone();
    return copy;
  }

  void add(LossCause cause, long more) {
    if (more != 0) {
      if (counts.length == 0) {
        counts = new long[CAUSES.length];
      }
      counts[cause.ordinal()] += more;
    }
  }

  /** Of all causes. */
  long of(LossCause.Loss loss) {
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += CAUSES[i].loss() == loss ? counts[i] : 0;
    }
    return sum;
  }

  /** Those that are not 0, by {@link LossCause#key}. */
  Map<String, Long> byCause() {
    Map<String, Long> byCause = new TreeMap<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        byCause.put(CAUSES[i].key(), counts[i]);
      }
    }
    return byCause;
  }

  void write(DataOutput out) throws IOException {
    int present = 0;
    for (long count : counts) {
      present += count != 0 ? 1 : 0;
    }
    out.writeByte(present);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        SnapshotText.write(out, CAUSES[i].name());
        out.writeLong(counts[i]);
      }
    }
  }

  static LossCounts readFrom(DataInput in) throws IOException {
    LossCounts read = new LossCounts();
    int present = in.readUnsignedByte();
    for (int i = 0; i < present; i++) {
      String name = SnapshotText.read(in);
      try {
        read.add(LossCause.valueOf(name), in.readLong());
      } catch (IllegalArgumentException e) {
        throw new IOException("losses of an unknown cause: " + name, e);
      }
    }
    return read;
  }
}
