// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Which regime held the stream, and when: the specialist with more than half of the responsibility
 * over the latest fifty or so events. Keeps the latest {@value #KEPT} changes.
 */
final class RegimeTimeline {
  private static final int KEPT = 12;
  private static final double RATE = 0.02;
  private static final int NONE = -1;

  private final double[] recent;

  // Changes in order, the latest last.
  private final int[] regimes = new int[KEPT];
  private final long[] starts = new long[KEPT];
  private int changes;

  private long events;

  RegimeTimeline(int specialists) {
    this.recent = new double[specialists];
    Arrays.fill(regimes, NONE);
  }

  /** Records the responsibilities for an event. */
  void observe(double[] responsibilities) {
    events++;
    int leader = 0;
    for (int e = 0; e < recent.length; e++) {
      recent[e] += RATE * (responsibilities[e] - recent[e]);
      leader = recent[e] > recent[leader] ? e : leader;
    }
    if (recent[leader] > 0.5 && leader != regimes[KEPT - 1]) {
      System.arraycopy(regimes, 1, regimes, 0, KEPT - 1);
      System.arraycopy(starts, 1, starts, 0, KEPT - 1);
      regimes[KEPT - 1] = leader;
      starts[KEPT - 1] = events;
      changes++;
    }
  }

  /** The specialist of the present regime, -1 before there was one. */
  int regime() {
    return regimes[KEPT - 1];
  }

  /** One line: the latest regimes, each with the event of its specialist's lead. */
  /**
   * @param names of the specialists
   */
  String describe(IntFunction<String> names) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%d changes of regime in %d events", changes, events));
    for (int i = 0; i < KEPT; i++) {
      if (regimes[i] != NONE) {
        text.append(
            String.format(Locale.ROOT, "; %s from event %d", names.apply(regimes[i]), starts[i]));
      }
    }
    return text.toString();
  }

  void writeTo(DataOutput out) throws IOException {
    SnapshotArrays.writeDoubles(out, recent);
    SnapshotArrays.writeInts(out, regimes);
    SnapshotArrays.writeLongs(out, starts);
    out.writeInt(changes);
    out.writeLong(events);
  }

  void readFrom(DataInput in) throws IOException {
    SnapshotArrays.readDoubles(in, recent, 0, 1.5, "recent responsibilities");
    int[] found = SnapshotArrays.readInts(in);
    if (found.length != KEPT
        || Arrays.stream(found).anyMatch(r -> r < NONE || r >= recent.length)) {
      throw new IOException("snapshot holds regimes " + Arrays.toString(found));
    }
    System.arraycopy(found, 0, regimes, 0, KEPT);
    SnapshotArrays.readLongs(in, starts);
    changes = in.readInt();
    events = SnapshotArrays.readCount(in, "events of a timeline");
  }
}
