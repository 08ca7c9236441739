// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of the current model key that wait for the watermark, by their event time.
 *
 * <p>They count against {@code labels.total-pending-bytes} with what waits for its other half. When
 * one topic is read far ahead of the other that is not enough for all; then a key to which a record
 * comes gives its earliest ones, which are processed before the watermark has come. That costs
 * nothing but their place among records that are read later.
 */
final class EventTimeBuffer {
  static final String STATE = "buffer";

  private static final Logger LOG = LoggerFactory.getLogger(EventTimeBuffer.class);

  /** Heap that a record takes beside its texts and values, with its place here and its timer. */
  private static final int RECORD_BYTES = 400;

  /**
   * So much of what waits under a key is given at a time: to find the earliest, all are visited.
   */
  private static final int PARTS = 16;

  /** Features before labels of the same time, then by id: an order no interleaving changes. */
  private static final Comparator<SourceRecord> WITHIN_ONE_TIME =
      Comparator.comparing((SourceRecord r) -> r instanceof SourceRecord.Label)
          .thenComparing(r -> ((SourceRecord.Keyed) r).eventId())
          .thenComparing(r -> ((SourceRecord.Keyed) r).partition())
          .thenComparing(r -> ((SourceRecord.Keyed) r).offset());

  private final MapState<Long, List<SourceRecord>> records;
  private final JobMemory.Share memory;
  private final long limit;
  private final Counter early;

  /**
   * @param limit bytes of what waits, of all subtasks of the job in this process
   */
  EventTimeBuffer(RuntimeContext context, MetricGroup group, JobMemory.Share memory, long limit) {
    this.records = context.getMapState(descriptor());
    this.memory = memory;
    this.limit = limit;
    this.early = JobMetric.EARLY_RECORDS.counter(group);
  }

  static MapStateDescriptor<Long, List<SourceRecord>> descriptor() {
    return new MapStateDescriptor<>(
        STATE, LongSerializer.INSTANCE, new ListSerializer<>(SourceRecordSerializer.INSTANCE));
  }

  /** Takes note of what was restored. */
  void open(ModelKeys keys) throws Exception {
    for (String key : keys.withState(STATE)) {
      keys.under(
          key,
          () -> {
            for (List<SourceRecord> sameTime : records.values()) {
              sameTime.forEach(record -> memory.addBuffered(bytes(record)));
            }
          });
    }
  }

  private static long bytes(SourceRecord record) {
    SourceRecord.Keyed keyed = (SourceRecord.Keyed) record;
    int values = record instanceof SourceRecord.Features event ? event.values().size() : 0;
    return RECORD_BYTES
        + (long) Character.BYTES * (keyed.modelKey().length() + keyed.eventId().length())
        + (long) Double.BYTES * values;
  }

  /** Whether what waits, here and for its other half, takes more than it may. */
  boolean isFull() {
    return memory.waiting() + memory.buffered() > memory.partOf(limit);
  }

  void add(SourceRecord.Keyed record, TimerService timers) throws Exception {
    List<SourceRecord> sameTime = records.get(record.eventTime());
    if (sameTime == null) {
      sameTime = new ArrayList<>(1);
    }
    sameTime.add(record); // what a running checkpoint writes is not this list
    records.put(record.eventTime(), sameTime);
    timers.registerEventTimeTimer(record.eventTime());
    memory.addBuffered(bytes(record));
  }

  /** Removes those of this event time, and gives them in their order. */
  List<SourceRecord.Keyed> take(long eventTime) throws Exception {
    List<SourceRecord> sameTime = records.get(eventTime);
    if (sameTime == null) {
      return List.of();
    }
    records.remove(eventTime);
    sameTime.forEach(record -> memory.addBuffered(-bytes(record)));
    return sameTime.stream().sorted(WITHIN_ONE_TIME).map(SourceRecord.Keyed.class::cast).toList();
  }

  /** Removes a part of those of the current key, the earliest, and gives them in their order. */
  List<SourceRecord.Keyed> takeEarliest(TimerService timers) throws Exception {
    List<Long> times = new ArrayList<>();
    records.keys().forEach(times::add);
    times.sort(Comparator.naturalOrder());
    List<SourceRecord.Keyed> earliest = new ArrayList<>();
    for (long time : times.subList(0, (times.size() + PARTS - 1) / PARTS)) {
      timers.deleteEventTimeTimer(time);
      earliest.addAll(take(time));
    }
    if (early.getCount() == 0) {
      LOG.warn(
          "one topic is read far ahead of the other: what waits takes more than"
              + " labels.total-pending-bytes = {}, so records are processed before event time has"
              + " reached them, as counted in earlyRecords",
          limit);
    }
    early.inc(earliest.size());
    return earliest;
  }
}
