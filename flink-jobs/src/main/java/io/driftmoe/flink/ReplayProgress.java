// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What the reader of the topics and the threads that replay tell each other. Thread-safe. */
final class ReplayProgress {
  private final AtomicLongArray held = new AtomicLongArray(KeyReplay.Need.values().length);
  private final AtomicLong compared = new AtomicLong();
  private final Object change = new Object();
  private volatile boolean featuresEnded;
  private volatile boolean labelsEnded;
  private volatile long labelsReached = Long.MIN_VALUE;

  /** Whether all features were handed over; likewise the others. */
  boolean featuresEnded() {
    return featuresEnded;
  }

  boolean labelsEnded() {
    return labelsEnded;
  }

  long labelsReached() {
    return labelsReached;
  }

  void endFeatures() {
    featuresEnded = true;
  }

  void endLabels() {
    labelsEnded = true;
  }

  void reachLabels(long time) {
    labelsReached = time;
  }

  /** Records were handed to a thread. */
  void handed(KeyReplay.Need kind, int records) {
    held.addAndGet(kind.ordinal(), records);
  }

  /** Records were done with. */
  void consumed(KeyReplay.Need kind, long records) {
    if (records != 0) {
      held.addAndGet(kind.ordinal(), -records);
    }
  }

  /** Records of a kind that are on their way or kept. */
  long held(KeyReplay.Need kind) {
    return held.get(kind.ordinal());
  }

  void compared() {
    compared.incrementAndGet();
  }

  /** Predictions that were compared. */
  long comparedSoFar() {
    return compared.get();
  }

  /** A thread has gone on, or cannot. */
  void changed() {
    synchronized (change) {
      change.notifyAll();
    }
  }

  /** Waits for {@link #changed}, but not for long. */
  void await(long millis) throws InterruptedException {
    synchronized (change) {
      change.wait(millis);
    }
  }
}
