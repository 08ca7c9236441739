// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the {@linkplain RecentIds recent ids} of all model keys of a subtask within its part of
 * {@code input.duplicate-bytes}.
 *
 * <p>Beyond it those keys forget their oldest ids that have the most, in bytes: so keys with few
 * ids keep all of theirs, and the window of the others becomes shorter, alike for all. An event
 * that comes again after it was forgotten is learned again. This is read from the ids alone: the
 * same records in the same order forget the same, also over a restore.
 */
final class RecentIdsBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RecentIdsBudget.class);

  /** A part of the budget is freed at a time: to find the most ids all keys are visited. */
  private static final int PARTS = 16;

  private final JobMemory.Share memory;
  private final ValueState<JoinState> states;
  private final long limit;
  private final Counter forgotten;
  private @Nullable ModelKeys keys;

  /**
   * @param configured bytes of all subtasks of the job in this process; null for a part of its heap
   */
  RecentIdsBudget(
      JobMemory.Share memory,
      @Nullable Long configured,
      ValueState<JoinState> states,
      MetricGroup group) {
    this.memory = memory;
    this.states = states;
    this.limit = JobMemory.recentIdsLimit(configured);
    this.forgotten = group.counter("forgottenIds");
  }

  /** The ids of one key, the first of which is to forget some. */
  private record Holder(long bytes, String key) implements Comparable<Holder> {
    private static final Comparator<Holder> ORDER =
        Comparator.comparingLong(Holder::bytes).reversed().thenComparing(Holder::key);

    @Override
    public int compareTo(Holder other) {
      return ORDER.compare(this, other);
    }
  }

  /** Takes note of what was restored. */
  void open(ModelKeys all) throws Exception {
    keys = all;
    for (String key : all.withState(LabelJoin.JOIN_STATE)) {
      all.under(key, () -> memory.addRecentIds(states.value().learned.bytes()));
    }
  }

  /** Forgets what is too much for the budget, and some more. */
  void hold() throws Exception {
    long most = memory.partOf(limit);
    if (memory.recentIds() <= most) {
      return;
    }
    if (forgotten.getCount() == 0) {
      LOG.warn(
          "the ids of learned events take more than input.duplicate-bytes = {}: the model keys that"
              + " have the most of them forget their oldest, as counted in forgottenIds; an event"
              + " that is sent again after more events than these is learned again",
          limit);
    }
    long wanted = most - most / PARTS;
    ModelKeys all = Objects.requireNonNull(keys, "not open");
    PriorityQueue<Holder> holders = new PriorityQueue<>();
    for (String key : all.withState(LabelJoin.JOIN_STATE)) {
      all.under(key, () -> holders.add(new Holder(states.value().learned.bytes(), key)));
    }
    while (memory.recentIds() > wanted) {
      Holder first = holders.remove();
      all.under(first.key, () -> holders.add(shortened(first)));
    }
  }

  /** What the current key has left without its oldest ids. */
  private Holder shortened(Holder holder) throws Exception {
    JoinState state = states.value();
    forgotten.inc(state.learned.forgetOldest());
    states.update(state);
    long bytes = state.learned.bytes();
    memory.addRecentIds(bytes - holder.bytes);
    return new Holder(bytes, holder.key);
  }
}
