// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far one topic has been read for one model key: the event time that nearly all that is still
 * to come has passed. Mutable.
 *
 * <p>In a partition a time is reached when {@value #IN_A_ROW} records in a row were at or beyond
 * it, so that a few records from a wrong clock move nothing. Of several partitions the one that is
 * furthest back counts. Where a record shows that the topic is not partitioned by the model key, no
 * time is ever reached: what is read next may be the beginning of another partition.
 */
final class TopicProgress {
  /** Progress of a topic of which nothing is known. */
  static final long NOWHERE = Long.MIN_VALUE;

  private static final int IN_A_ROW = 8;

  /** A key that is in more partitions than that is not what they are partitioned by. */
  private static final int MOST_PARTITIONS = 16;

  private static final Partition[] NONE = {};

  private Partition[] partitions = NONE;
  private boolean scattered;

  TopicProgress() {}

  private TopicProgress(TopicProgress other) {
    partitions = Arrays.stream(other.partitions).map(Partition::copy).toArray(Partition[]::new);
    scattered = other.scattered;
  }

  TopicProgress copy() {
    return new TopicProgress(this);
  }

  private static final class Partition {
    private final int number;
    private final long[] recent = new long[IN_A_ROW];
    private long records;
    private long reached = NOWHERE;

    private Partition(int number) {
      this.number = number;
    }

    private Partition copy() {
      Partition copy = new Partition(number);
      System.arraycopy(recent, 0, copy.recent, 0, IN_A_ROW);
      copy.records = records;
      copy.reached = reached;
      return copy;
    }

    private void read(long eventTime) {
      recent[(int) (records % IN_A_ROW)] = eventTime;
      records++;
      if (records >= IN_A_ROW && eventTime > reached) {
        long least = eventTime;
        for (long time : recent) {
          least = Math.min(least, time);
        }
        reached = Math.max(reached, least);
      }
    }
  }

  /** Takes note of a record of the key. */
  void read(SourceRecord.Keyed record) {
    if (scattered) {
      return;
    }
    if (!record.byModelKey()) {
      scatter();
      return;
    }
    for (Partition partition : partitions) {
      if (partition.number == record.partition()) {
        partition.read(record.eventTime());
        return;
      }
    }
    if (partitions.length == MOST_PARTITIONS) {
      scatter();
      return;
    }
    partitions = Arrays.copyOf(partitions, partitions.length + 1);
    Partition fresh = new Partition(record.partition());
    fresh.read(record.eventTime());
    partitions[partitions.length - 1] = fresh;
  }

  private void scatter() {
    scattered = true;
    partitions = NONE;
  }

  /** Event time that has been reached, or {@link #NOWHERE}. */
  long reached() {
    if (partitions.length == 0) {
      return NOWHERE;
    }
    long least = Long.MAX_VALUE;
    for (Partition partition : partitions) {
      least = Math.min(least, partition.reached);
    }
    return least;
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(scattered);
    out.writeByte(partitions.length);
    for (Partition partition : partitions) {
      out.writeInt(partition.number);
      out.writeLong(partition.records);
      out.writeLong(partition.reached);
      for (long time : partition.recent) {
        out.writeLong(time);
      }
    }
  }

  static TopicProgress readFrom(DataInput in) throws IOException {
    TopicProgress progress = new TopicProgress();
    progress.scattered = in.readBoolean();
    int count = in.readByte();
    if (count < 0 || count > MOST_PARTITIONS) {
      throw new IOException("the progress of a topic names " + count + " partitions");
    }
    progress.partitions = count == 0 ? NONE : new Partition[count];
    for (int i = 0; i < count; i++) {
      Partition partition = new Partition(in.readInt());
      partition.records = in.readLong();
      if (partition.records < 0) {
        throw new IOException("a partition has " + partition.records + " records");
      }
      partition.reached = in.readLong();
      for (int t = 0; t < IN_A_ROW; t++) {
        partition.recent[t] = in.readLong();
      }
      progress.partitions[i] = partition;
    }
    return progress;
  }
}
