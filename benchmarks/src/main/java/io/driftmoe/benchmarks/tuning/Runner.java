// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;

/** One candidate's mixture: it predicts, is scored, learns, and what that costs is measured. */
final class Runner {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int RECENT = 20_000;

  private final Candidate candidate;
  private final MixtureOfExperts mixture;
  private boolean[] hits = new boolean[0];
  private final int[] recentNanos = new int[RECENT];

  /** Processor time and events when each batch ended. */
  private long[] cpuAt = new long[64];

  private long[] eventsAt = new long[64];
  private int batches;

  private long events;
  private long right;

  Runner(Candidate candidate, StreamSchema schema) {
    this.candidate = candidate;
    mixture = MixtureOfExperts.create(candidate.settings().config(candidate.seed()), schema);
  }

  Candidate candidate() {
    return candidate;
  }

  void run(List<LabeledExample> batch) {
    hits = new boolean[batch.size()];
    long cpu = THREADS.getCurrentThreadCpuTime();
    for (int e = 0; e < batch.size(); e++) {
      LabeledExample example = batch.get(e);
      long from = System.nanoTime();
      PendingPrediction prediction = mixture.predict(example.features());
      mixture.learn(prediction, example.label());
      long nanos = System.nanoTime() - from;
      recentNanos[(int) (events % RECENT)] = (int) Math.min(Integer.MAX_VALUE, nanos);
      hits[e] = prediction.predictedClass() == example.label();
      right += hits[e] ? 1 : 0;
      events++;
    }
    batchEnds(THREADS.getCurrentThreadCpuTime() - cpu);
  }

  private void batchEnds(long nanos) {
    batches++;
    if (batches == cpuAt.length) {
      cpuAt = Arrays.copyOf(cpuAt, 2 * batches);
      eventsAt = Arrays.copyOf(eventsAt, 2 * batches);
    }
    cpuAt[batches] = cpuAt[batches - 1] + nanos;
    eventsAt[batches] = events;
  }

  /** Whether it predicted an event of the last batch rightly. */
  boolean wasRight(int event) {
    return hits[event];
  }

  /** Whether it has been right more often than another one that ran the same events. */
  boolean isAheadOf(Runner other) {
    return right > other.right;
  }

  Standing standing(Cost cost, Standing.Fate fate, String why, long decidedAfter) {
    double accuracy = events == 0 ? Double.NaN : (double) right / events;
    return new Standing(candidate, events, accuracy, cost, fate, why, decidedAfter);
  }

  Cost cost() {
    int half = batches / 2;
    double cpu =
        (double) (cpuAt[batches] - cpuAt[half]) / Math.max(1, eventsAt[batches] - eventsAt[half]);
    int[] recent = Arrays.copyOf(recentNanos, (int) Math.min(RECENT, events));
    Arrays.sort(recent);
    double slow = recent.length == 0 ? 0 : recent[(int) (0.99 * (recent.length - 1))];
    return new Cost(cpu, slow, modelBytes());
  }

  private long modelBytes() {
    try {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      mixture.writeSnapshot(counter);
      return mixture.heapBytes(counter.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a part that no snapshot can hold
    }
  }
}
