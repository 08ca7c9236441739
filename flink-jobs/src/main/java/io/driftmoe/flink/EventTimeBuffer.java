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
import org.apache.flink.streaming.api.TimerService;

/** The records of each model key that wait, in event-time order, until the watermark is there. */
final class EventTimeBuffer {
  private static final String STATE = "buffer";

  /** Features before labels of the same time, then by id: an order no interleaving changes. */
  private static final Comparator<SourceRecord> WITHIN_ONE_TIME =
      Comparator.comparing((SourceRecord r) -> r instanceof SourceRecord.Label)
          .thenComparing(r -> ((SourceRecord.Keyed) r).eventId())
          .thenComparing(r -> ((SourceRecord.Keyed) r).partition())
          .thenComparing(r -> ((SourceRecord.Keyed) r).offset());

  private final MapState<Long, List<SourceRecord>> byTime;

  EventTimeBuffer(RuntimeContext context) {
    byTime =
        context.getMapState(
            new MapStateDescriptor<>(
                STATE,
                LongSerializer.INSTANCE,
                new ListSerializer<>(SourceRecordSerializer.INSTANCE)));
  }

  /** Keeps a record of the current key, with a timer for its time. */
  void add(SourceRecord.Keyed record, TimerService timers) throws Exception {
    List<SourceRecord> sameTime = byTime.get(record.eventTime());
    sameTime = sameTime == null ? new ArrayList<>() : new ArrayList<>(sameTime);
    sameTime.add(record);
    byTime.put(record.eventTime(), sameTime);
    timers.registerEventTimeTimer(record.eventTime());
  }

  /** Takes the records of the current key that have just this time, in their order. */
  List<SourceRecord> take(long time) throws Exception {
    List<SourceRecord> due = byTime.get(time);
    if (due == null) {
      return List.of();
    }
    byTime.remove(time);
    List<SourceRecord> sorted = new ArrayList<>(due);
    sorted.sort(WITHIN_ONE_TIME);
    return sorted;
  }
}
