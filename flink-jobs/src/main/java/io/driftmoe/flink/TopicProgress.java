// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How far one topic has been read for one model key: the event time that nearly all that is still
 * to come has passed. Mutable.
 *
 * <p>A time is reached when {@value #IN_A_ROW} records in a row were at or beyond it, so that a few
 * records from a wrong clock move nothing; and many that are ahead move it to their time in Kafka
 * at most ({@link SourceRecord.Keyed#progressTime}). Where records of the key are in several
 * partitions, no time is ever reached: what is read next may be the beginning of another one.
 */
final class TopicProgress {
  /** Progress of a topic of which nothing is known. */
  static final long NOWHERE = Long.MIN_VALUE;

  private static final int IN_A_ROW = 8;

  /** Instead of a partition: no record has been read. */
  private static final int NONE = -1;

  /** Instead of a partition: records of the key are, or may be, in several. */
  private static final int SEVERAL = -2;

  private int partition = NONE;

  /** Progress times of the last records, that of record n at n modulo its length. */
  private final long[] recent = new long[IN_A_ROW];

  private long records;
  private long reached = NOWHERE;

  TopicProgress copy() {
    TopicProgress copy = new TopicProgress();
    copy.partition = partition;
    System.arraycopy(recent, 0, copy.recent, 0, IN_A_ROW);
    copy.records = records;
    copy.reached = reached;
    return copy;
  }

  /** Takes note of a record of the key. */
  void read(SourceRecord.Keyed record) {
    if (partition == NONE) {
      partition = record.partition();
    }
    if (partition != record.partition() || !record.byModelKey()) {
      partition = SEVERAL;
      reached = NOWHERE;
      return;
    }
    long latest = record.progressTime();
    recent[(int) (records % IN_A_ROW)] = latest;
    records++;
    if (records >= IN_A_ROW && latest > reached) {
      long least = latest;
      for (long time : recent) {
        least = Math.min(least, time);
      }
      reached = Math.max(reached, least);
    }
  }

  /** Event time that has been reached, or {@link #NOWHERE}. */
  long reached() {
    return reached;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(partition);
    out.writeLong(records);
    out.writeLong(reached);
    for (long time : recent) {
      out.writeLong(time);
    }
  }

  static TopicProgress readFrom(DataInput in) throws IOException {
    TopicProgress progress = new TopicProgress();
    progress.partition = in.readInt();
    progress.records = in.readLong();
    if (progress.partition < SEVERAL || progress.records < 0) {
      throw new IOException(
          "progress of %s records in partition %s".formatted(progress.records, progress.partition));
    }
    progress.reached = in.readLong();
    for (int i = 0; i < IN_A_ROW; i++) {
      progress.recent[i] = in.readLong();
    }
    return progress;
  }
}
