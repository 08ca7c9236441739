// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the operator keeps of one model key beside the model and {@linkplain WaitingEntries what
 * waits}: for the join of events and labels, and the timers by the clock. A key may have it without
 * a model, when only labels came. Mutable; a copy takes the same time however many events there
 * were.
 */
final class JoinState {
  private static final String TAG = "join";
  private static final int VERSION = 1;

  /** Instead of the time of a timer: none is set. */
  static final long NO_TIMER = Long.MIN_VALUE;

  /** Instead of the time of a timer: a version that did not keep it has set one. */
  static final long UNKNOWN_TIME = Long.MAX_VALUE;

  final TopicProgress features;
  final TopicProgress labels;
  final RecentIds learned;
  final LossCounts losses;

  /** Processing time at which what has waited too long by the clock is given up. */
  long sweepAt = NO_TIMER;

  /** Processing time at which the next metrics are due. */
  long metricsAt = NO_TIMER;

  JoinState() {
    this(new TopicProgress(), new TopicProgress(), new RecentIds(), new LossCounts());
  }

  private JoinState(
      TopicProgress features, TopicProgress labels, RecentIds learned, LossCounts losses) {
    this.features = features;
    this.labels = labels;
    this.learned = learned;
    this.losses = losses;
  }

  JoinState copy() {
    JoinState copy = new JoinState(features.copy(), labels.copy(), learned.copy(), losses.copy());
    copy.sweepAt = sweepAt;
    copy.metricsAt = metricsAt;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    features.write(out);
    labels.write(out);
    learned.write(out);
    losses.write(out);
    out.writeLong(sweepAt);
    out.writeLong(metricsAt);
  }

  static JoinState readFrom(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    JoinState state =
        new JoinState(
            TopicProgress.readFrom(in),
            TopicProgress.readFrom(in),
            RecentIds.readFrom(in),
            LossCounts.readFrom(in));
    state.sweepAt = in.readLong();
    state.metricsAt = in.readLong();
    return state;
  }
}
