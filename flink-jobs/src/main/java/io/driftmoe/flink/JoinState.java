// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the join of events and labels keeps of one model key beside {@linkplain WaitingEntries what
 * waits}. A key may have it without a model, when only labels came. Mutable; a copy takes the same
 * time however many events there were.
 */
final class JoinState {
  private static final String TAG = "join";
  private static final int VERSION = 1;

  /** In {@link #sweepAt}: no timer is set. */
  static final long NO_TIMER = Long.MIN_VALUE;

  final TopicProgress features;
  final TopicProgress labels;
  final RecentIds learned;
  final LossCounts losses;

  /** Processing time at which what has waited too long by the clock is given up. */
  long sweepAt = NO_TIMER;

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
    return copy;
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    features.write(out);
    labels.write(out);
    learned.write(out);
    losses.write(out);
    out.writeLong(sweepAt);
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
    return state;
  }
}
