// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Keeps the books from which {@link LifecycleConfig} decides which experts go. */
final class Lifecycle {
  private static final String TAG = "LIFE";
  private static final int VERSION = 1;
  private static final double STANDARD_ERRORS = 5;

  /** Share of the events below which no expert is called harmful. */
  private static final double LEAST_HARM = 0.01;

  private final LifecycleConfig config;
  private final ExpertPool pool;
  private final int experts;
  private final int classes;

  // All of the current window.
  private long events;
  private final long[] learned;

  /**
   * How many votes were each expert's own, and not of one before it or of one that knew nothing.
   */
  private final long[] judged;

  private final long[] hits;

  /** {@code [experts × classes]}: the labels of the votes that were judged. */
  private final long[] labels;

  /** {@code [experts × experts]}: for how many events the votes of both were judged. */
  private final long[] together;

  /** {@code [experts × experts]}: how often two experts said the same class. */
  private final long[] agreed;

  /** {@code [experts × experts]}: how often they said the same wrong one. */
  private final long[] wrongTogether;

  private final boolean[] own;
  private final int[] choices;

  Lifecycle(LifecycleConfig config, ExpertPool pool, int classes) {
    this.config = config;
    this.pool = pool;
    this.experts = pool.size();
    this.classes = classes;
    this.learned = new long[experts];
    this.judged = new long[experts];
    this.hits = new long[experts];
    this.labels = new long[experts * classes];
    this.together = new long[experts * experts];
    this.agreed = new long[experts * experts];
    this.wrongTogether = new long[experts * experts];
    this.own = new boolean[experts];
    this.choices = new int[experts];
  }

  /**
   * Takes note of one labelled event.
   *
   * @param lessons weight with which each expert learned it
   * @param heard whether the expert now in each place had a say in the prediction
   * @return whether a window has ended: ask for verdicts then, and {@link #startWindow}
   */
  boolean observe(PendingPrediction prediction, int label, double[] lessons, boolean[] heard) {
    events++;
    for (int e = 0; e < experts; e++) {
      learned[e] += lessons[e] > 0 ? 1 : 0;
      own[e] = heard[e] && prediction.modelVersion() > pool.since(e);
      if (own[e]) {
        choices[e] = prediction.votes().choice(e);
        judged[e]++;
        hits[e] += choices[e] == label ? 1 : 0;
        labels[e * classes + label]++;
        compare(e, label);
      }
    }
    return events >= config.window();
  }

  private void compare(int e, int label) {
    for (int other = 0; other < e; other++) {
      if (own[other]) {
        int pair = e * experts + other;
        together[pair]++;
        if (choices[other] == choices[e]) {
          agreed[pair]++;
          wrongTogether[pair] += choices[e] == label ? 0 : 1;
        }
      }
    }
  }

  /** Why this expert has to go, or null when it may stay. */
  @Nullable String verdict(int e) {
    if (2 * judged[e] < events) {
      return null; // most labels were late ones, of votes from before it came
    }
    String reason = starved(e);
    reason = reason == null ? harmful(e) : reason;
    return reason == null ? redundant(e) : reason;
  }

  private @Nullable String starved(int e) {
    double share = (double) learned[e] / events;
    return share >= config.minShare()
        ? null
        : text(
            "starved: learned %.2f %% of the last %d events, less than %.2f %%",
            100 * share, events, 100 * config.minShare());
  }

  private @Nullable String harmful(int e) {
    long majority = 0;
    for (int c = 0; c < classes; c++) {
      majority = Math.max(majority, labels[e * classes + c]);
    }
    long wrong = judged[e] - hits[e];
    long majorityWrong = judged[e] - majority;
    // Both counts vary about like Poisson's, also where one class is nearly alone.
    double bound =
        Math.max(STANDARD_ERRORS * Math.sqrt(wrong + majorityWrong), LEAST_HARM * judged[e]);
    return wrong - majorityWrong <= bound
        ? null
        : text(
            "harmful: right in %.2f %% of the %d events it is judged by, the majority class in"
                + " %.2f %%",
            100.0 * hits[e] / judged[e], judged[e], 100.0 * majority / judged[e]);
  }

  private @Nullable String redundant(int e) {
    for (int other = 0; other < e; other++) {
      int pair = e * experts + other;
      double agreement = (double) agreed[pair] / together[pair];
      if (2 * together[pair] >= events
          && agreement > config.maxAgreement()
          && wrongTogether[pair] > 0
          && pool.factoryOf(e).equals(pool.factoryOf(other))) {
        return text(
            "redundant: said the same as expert %d in %.2f %% of %d events",
            other, 100 * agreement, together[pair]);
      }
    }
    return null;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * Takes note that another expert has come in this one's place: no other expert agrees with it
   * yet.
   */
  void replaced(int e) {
    for (int other = 0; other < experts; other++) {
      together[e * experts + other] = 0;
      together[other * experts + e] = 0;
    }
  }

  void startWindow() {
    events = 0;
    for (long[] counts : counts()) {
      Arrays.fill(counts, 0);
    }
  }

  private long[][] counts() {
    return new long[][] {learned, judged, hits, labels, together, agreed, wrongTogether};
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(events);
    for (long[] counts : counts()) {
      SnapshotArrays.writeLongs(out, counts);
    }
  }

  Lifecycle readSnapshot(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    events = in.readLong();
    for (long[] counts : counts()) {
      SnapshotArrays.readLongs(in, counts);
    }
    return this;
  }
}
