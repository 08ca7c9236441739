// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Holds what waits under all model keys of a subtask within its part of {@code
 * labels.total-pending-bytes}.
 *
 * <p>Beyond it the longest queues lose their oldest entries, where a queue is what waits of one
 * kind under one key: a key that floods the job takes nothing from those that have little waiting.
 * Of queues of about the same size, that loses whose oldest entry has waited for longest. All of
 * this is read from what waits, in bytes and event time: so the same records in the same order give
 * up the same, also over a restore.
 */
final class WaitingBudget {
  /** What may wait. */
  enum Kind {
    PREDICTIONS(LabelJoin.PREDICTIONS_STATE),
    LABELS(LabelJoin.LABELS_STATE);

    private final String state;

    Kind(String state) {
      this.state = state;
    }
  }

  /** Gives up the oldest entry of this kind under the current key. */
  interface GiveUp {
    void oldest(Kind kind) throws Exception;
  }

  /** A part of the budget is freed at a time: to find the longest queues all keys are visited. */
  private static final int PARTS = 16;

  private final JobMemory.Share memory;
  private final long limit;
  private final boolean isDefault;
  private final Map<Kind, WaitingEntries<?>> entries = new EnumMap<>(Kind.class);
  private @Nullable ModelKeys keys;

  /**
   * @param configured bytes of all subtasks of the job in this process; null for a part of its heap
   */
  WaitingBudget(
      JobMemory.Share memory,
      @Nullable Long configured,
      WaitingEntries<?> predictions,
      WaitingEntries<?> labels) {
    this.memory = memory;
    this.limit = JobMemory.waitingLimit(configured);
    this.isDefault = configured == null;
    entries.put(Kind.PREDICTIONS, predictions);
    entries.put(Kind.LABELS, labels);
  }

  /** The entries of one kind under one key, the first of which is to lose some. */
  private record Queue(long bytes, long since, String key, Kind kind) implements Comparable<Queue> {
    private static final Comparator<Queue> ORDER =
        // sizes within a factor of two are the same: else the longer id would decide
        Comparator.comparingInt((Queue queue) -> Long.numberOfLeadingZeros(queue.bytes))
            .thenComparingLong(Queue::since)
            .thenComparing(Queue::key)
            .thenComparing(Queue::kind);

    @Override
    public int compareTo(Queue other) {
      return ORDER.compare(this, other);
    }
  }

  private WaitingEntries<?> of(Kind kind) {
    return Objects.requireNonNull(entries.get(kind), "every kind has entries");
  }

  /** Takes note of what was restored. */
  void open(ModelKeys all) throws Exception {
    keys = all;
    for (Kind kind : Kind.values()) {
      for (String key : all.withState(kind.state)) {
        all.under(key, () -> memory.addWaiting(of(kind).bytes()));
      }
    }
  }

  /** Gives up what is too much for the budget, and some more. */
  void hold(GiveUp giveUp) throws Exception {
    long most = memory.partOf(limit);
    if (memory.waiting() <= most) {
      return;
    }
    long wanted = most - most / PARTS;
    ModelKeys all = Objects.requireNonNull(keys, "not open");
    PriorityQueue<Queue> queues = new PriorityQueue<>();
    for (Kind kind : Kind.values()) {
      for (String key : all.withState(kind.state)) {
        all.under(key, () -> add(queues, queue(key, kind)));
      }
    }
    for (Queue longest = queues.poll();
        longest != null && memory.waiting() > wanted;
        longest = queues.poll()) {
      Queue first = longest;
      all.under(first.key, () -> add(queues, shortened(first, queues.peek(), wanted, giveUp)));
    }
  }

  private static void add(PriorityQueue<Queue> queues, @Nullable Queue queue) {
    if (queue != null) {
      queues.add(queue);
    }
  }

  /** What waits under the current key; null where nothing does. */
  private @Nullable Queue queue(String key, Kind kind) throws IOException {
    Long since = of(kind).since();
    return since == null ? null : new Queue(of(kind).bytes(), since, key, kind);
  }

  /** What is left of the first queue, under the current key, once it is no longer the first. */
  private @Nullable Queue shortened(Queue first, @Nullable Queue next, long wanted, GiveUp giveUp)
      throws Exception {
    Queue left = first;
    do {
      giveUp.oldest(first.kind);
      left = queue(first.key, first.kind);
    } while (left != null
        && memory.waiting() > wanted
        && (next == null || left.compareTo(next) < 0));
    return left;
  }

  /** Why something is given up. */
  String why() {
    return "evicted: what waits under all model keys takes more than labels.total-pending-bytes = "
        + limit
        + (isDefault ? ", the default in this process" : "");
  }
}
