// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Labels of one model key that were read and not yet processed, in the order in which the job
 * processed them: that of the topic, or that of event time. When it did, the predictions say.
 */
final class ReplayLabels {
  /** As {@link EventTimeBuffer} has it. */
  private static final Comparator<SourceRecord.Label> BY_TIME =
      Comparator.comparing(SourceRecord.Label::eventTime)
          .thenComparing(SourceRecord.Label::eventId)
          .thenComparing(SourceRecord.Label::partition)
          .thenComparing(SourceRecord.Label::offset);

  private final boolean byTime;
  private final Queue<SourceRecord.Label> labels;
  private int partition = -1;
  private boolean inSeveral;

  ReplayLabels(boolean byTime) {
    this.byTime = byTime;
    this.labels = byTime ? new PriorityQueue<>(BY_TIME) : new ArrayDeque<>();
  }

  void add(SourceRecord.Label label) {
    labels.add(label);
    inSeveral |= partition >= 0 && partition != label.partition();
    partition = label.partition();
  }

  int size() {
    return labels.size();
  }

  /** Whether labels of the key are in several partitions, whose order no topic tells. */
  boolean areInSeveralPartitions() {
    return inSeveral;
  }

  /**
   * Removes the next one.
   *
   * @param before in the order of event time, only one from before this time
   * @return null where there is none
   */
  SourceRecord.@Nullable Label take(long before) {
    SourceRecord.Label next = labels.peek();
    if (next == null || byTime && next.eventTime() >= before) {
      return null;
    }
    return labels.remove();
  }

  void clear() {
    labels.clear();
  }
}
