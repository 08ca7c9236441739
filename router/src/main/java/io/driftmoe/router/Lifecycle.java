// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Keeps the books from which {@link LifecycleConfig} decides which experts go. */
final class Lifecycle {
  private static final String TAG = "LIFE";
  private static final int VERSION = 1;
  private static final double STANDARD_ERRORS = 5;

  /** Share of the events below which nobody is called harmful. */
  private static final double LEAST_HARM = 0.01;

  private final LifecycleConfig config;
  private final ExpertPool pool;
  private final int experts;

  // All of the current window.
  private long events;
  private final long[] learned;
  private final long[] hits;
  private final long[] labels;

  /** {@code [experts × experts]}: how often two experts said the same class. */
  private final long[] agreed;

  /** {@code [experts × experts]}: how often they said the same wrong one. */
  private final long[] wrongTogether;

  private final int[] choices;

  Lifecycle(LifecycleConfig config, ExpertPool pool, int classes) {
    this.config = config;
    this.pool = pool;
    this.experts = pool.size();
    this.learned = new long[experts];
    this.hits = new long[experts];
    this.labels = new long[classes];
    this.agreed = new long[experts * experts];
    this.wrongTogether = new long[experts * experts];
    this.choices = new int[experts];
  }

  /**
   * Takes note of one labelled event.
   *
   * @param lessons weight with which each expert learned it
   * @return whether a window has ended: ask for verdicts then, and {@link #startWindow}
   */
  boolean observe(Votes votes, int label, double[] lessons) {
    events++;
    labels[label]++;
    for (int e = 0; e < experts; e++) {
      choices[e] = votes.choice(e);
      hits[e] += choices[e] == label ? 1 : 0;
      learned[e] += lessons[e] > 0 ? 1 : 0;
      for (int other = 0; other < e; other++) {
        if (choices[other] == choices[e]) {
          agreed[e * experts + other]++;
          wrongTogether[e * experts + other] += choices[e] == label ? 0 : 1;
        }
      }
    }
    return events >= config.window();
  }

  /** Why this expert has to go, or null when it may stay. */
  String verdict(int e) {
    double share = (double) learned[e] / events;
    if (share < config.minShare()) {
      return "starved: learned %.2f %% of the last %d events, less than %.2f %%"
          .formatted(100 * share, events, 100 * config.minShare());
    }
    long wrong = events - hits[e];
    long majorityWrong = events - Arrays.stream(labels).max().orElse(0);
    // Both counts vary about like Poisson's, also where one class is nearly alone.
    double bound =
        Math.max(STANDARD_ERRORS * Math.sqrt(wrong + majorityWrong), LEAST_HARM * events);
    if (wrong - majorityWrong > bound) {
      return "harmful: right in %.2f %% of the last %d events, the majority class in %.2f %%"
          .formatted(100.0 * hits[e] / events, events, 100.0 * (events - majorityWrong) / events);
    }
    for (int other = 0; other < e; other++) {
      double agreement = (double) agreed[e * experts + other] / events;
      if (agreement > config.maxAgreement()
          && wrongTogether[e * experts + other] > 0
          && pool.factoryOf(e).equals(pool.factoryOf(other))) {
        return "redundant: said the same as expert %d in %.2f %% of the last %d events"
            .formatted(other, 100 * agreement, events);
      }
    }
    return null;
  }

  void startWindow() {
    events = 0;
    Arrays.fill(learned, 0);
    Arrays.fill(hits, 0);
    Arrays.fill(labels, 0);
    Arrays.fill(agreed, 0);
    Arrays.fill(wrongTogether, 0);
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(events);
    SnapshotArrays.writeLongs(out, learned);
    SnapshotArrays.writeLongs(out, hits);
    SnapshotArrays.writeLongs(out, labels);
    SnapshotArrays.writeLongs(out, agreed);
    SnapshotArrays.writeLongs(out, wrongTogether);
  }

  Lifecycle readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    events = in.readLong();
    SnapshotArrays.readLongs(in, learned);
    SnapshotArrays.readLongs(in, hits);
    SnapshotArrays.readLongs(in, labels);
    SnapshotArrays.readLongs(in, agreed);
    SnapshotArrays.readLongs(in, wrongTogether);
    return this;
  }
}
