// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * When a model learned what: the event time of one learned event in four, and the longer ago, of
 * one in more and more. So the time of any event is known to four events or a seventh of its age,
 * whichever is more, in about 2 KiB at most.
 */
final class EventTimeMarks {
  private static final String TAG = "mark";

  private static final int VERSION = 1;

  /** The event is too long ago, or was learned by an older version. */
  static final long UNKNOWN = -1;

  /** Of the finest level; those of each further one are twice as far apart. */
  private static final int SPACING = 4;

  /** A level covers the latest 16 times its spacing, the last one two million events. */
  private static final int MARKS = 16;

  private static final int LEVELS = 16;

  /** No event is so far from a mark that this many times it is more than its age. */
  private static final int PARTS = 7;

  /** Of each level a ring; null before its first mark. */
  private final long[] @Nullable [] times = new long[LEVELS][];

  private final int[] counts = new int[LEVELS];

  /** Events learned at the latest mark of each level. */
  private final long[] latest = new long[LEVELS];

  private static long spacing(int level) {
    return (long) SPACING << level;
  }

  private static int slot(int level, long version) {
    return (int) (version / spacing(level) % MARKS);
  }

  /**
   * Takes note of a learned event.
   *
   * @param version events learned, this one included
   * @param eventTime of it, epoch milliseconds
   */
  void add(long version, long eventTime) {
    for (int level = 0; level < LEVELS && version % spacing(level) == 0; level++) {
      long[] ring = times[level];
      if (ring == null) {
        ring = new long[MARKS];
        times[level] = ring;
      }
      boolean follows = latest[level] == version - spacing(level);
      counts[level] = follows ? Math.min(MARKS, counts[level] + 1) : 1;
      ring[slot(level, version)] = eventTime;
      latest[level] = version;
    }
  }

  /**
   * The event time of the first marked event that was learned after so many, or {@link #UNKNOWN}.
   *
   * @param version events learned before
   */
  long after(long version) {
    long age = latest[0] + SPACING - version;
    for (int level = 0; level < LEVELS; level++) {
      long[] ring = times[level];
      if (ring == null || level > 0 && spacing(level) > age / PARTS) {
        return UNKNOWN;
      }
      long mark = (version / spacing(level) + 1) * spacing(level);
      long oldest = latest[level] - (counts[level] - 1) * spacing(level);
      // else marks are missing between the two
      boolean first = oldest < mark || oldest == mark && mark == spacing(level);
      if (first && mark <= latest[level]) {
        return ring[slot(level, mark)];
      }
    }
    return UNKNOWN;
  }

  /** The same marks, apart from these. */
  EventTimeMarks copy() {
    EventTimeMarks copy = new EventTimeMarks();
    for (int level = 0; level < LEVELS; level++) {
      long[] ring = times[level];
      copy.times[level] = ring == null ? null : ring.clone();
    }
    System.arraycopy(counts, 0, copy.counts, 0, LEVELS);
    System.arraycopy(latest, 0, copy.latest, 0, LEVELS);
    return copy;
  }

  /** Levels in use, each with its marks from the oldest on. */
  void writeTo(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    int used = 0;
    while (used < LEVELS && times[used] != null) {
      used++;
    }
    out.writeByte(used);
    for (int level = 0; level < used; level++) {
      out.writeLong(latest[level]);
      out.writeByte(counts[level]);
      for (int back = counts[level] - 1; back >= 0; back--) {
        out.writeLong(times[level][slot(level, latest[level] - back * spacing(level))]);
      }
    }
  }

  /** Reads what {@link #writeTo} wrote. */
  static EventTimeMarks readFrom(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    EventTimeMarks marks = new EventTimeMarks();
    int used = in.readUnsignedByte();
    if (used > LEVELS) {
      throw new IOException("there are %s levels of event times".formatted(used));
    }
    for (int level = 0; level < used; level++) {
      long last = in.readLong();
      int count = in.readUnsignedByte();
      if (count < 1
          || count > MARKS
          || last / spacing(level) < count
          || last % spacing(level) != 0) {
        throw new IOException("there are %s event times up to %s events".formatted(count, last));
      }
      long[] ring = new long[MARKS];
      for (int back = count - 1; back >= 0; back--) {
        ring[slot(level, last - back * spacing(level))] = in.readLong();
      }
      marks.times[level] = ring;
      marks.counts[level] = count;
      marks.latest[level] = last;
    }
    return marks;
  }
}
