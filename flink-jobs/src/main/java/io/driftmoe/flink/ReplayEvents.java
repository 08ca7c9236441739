// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of one model key that were read and not yet processed, by partition and in the order of
 * the topic. Which one is next, the prediction says.
 */
final class ReplayEvents {
  /** Nearly always one. */
  private final Map<Integer, Deque<SourceRecord.Features>> partitions = new LinkedHashMap<>(2);

  /** How many of each id there are. */
  private final Map<String, Integer> ids = new HashMap<>();

  private int size;

  void add(SourceRecord.Features event) {
    partitions.computeIfAbsent(event.partition(), partition -> new ArrayDeque<>()).add(event);
    ids.merge(event.eventId(), 1, Integer::sum);
    size++;
  }

  int size() {
    return size;
  }

  boolean has(String id) {
    return ids.containsKey(id);
  }

  /**
   * Removes those that stand before the first event of an id, in the partition where fewest do. The
   * job has read them before it, and predicted none of them.
   */
  List<SourceRecord.Features> takeBefore(String id) {
    Deque<SourceRecord.Features> nearest = nearest(id);
    List<SourceRecord.Features> before = new ArrayList<>(0);
    while (nearest != null && !nearest.getFirst().eventId().equals(id)) {
      before.add(removed(nearest.removeFirst()));
    }
    return before;
  }

  private @Nullable Deque<SourceRecord.Features> nearest(String id) {
    Deque<SourceRecord.Features> nearest = null;
    int least = Integer.MAX_VALUE;
    for (Deque<SourceRecord.Features> partition : partitions.values()) {
      int before = 0;
      for (SourceRecord.Features event : partition) {
        if (event.eventId().equals(id)) {
          nearest = partition;
          least = before;
          break;
        }
        if (++before >= least) {
          break;
        }
      }
    }
    return nearest;
  }

  /** Removes the first event of an id, which is there. */
  SourceRecord.Features take(String id) {
    Deque<SourceRecord.Features> nearest = nearest(id);
    if (nearest != null) {
      for (Iterator<SourceRecord.Features> events = nearest.iterator(); events.hasNext(); ) {
        SourceRecord.Features event = events.next();
        if (event.eventId().equals(id)) {
          events.remove();
          return removed(event);
        }
      }
    }
    throw new IllegalStateException("no event " + id);
  }

  private SourceRecord.Features removed(SourceRecord.Features event) {
    ids.computeIfPresent(event.eventId(), (id, count) -> count > 1 ? count - 1 : null);
    size--;
    return event;
  }

  /** Removes all, in the order of their partitions. */
  List<SourceRecord.Features> takeAll() {
    List<SourceRecord.Features> all = new ArrayList<>(size);
    partitions.values().forEach(all::addAll);
    clear();
    return all;
  }

  void clear() {
    partitions.clear();
    ids.clear();
    size = 0;
  }
}
