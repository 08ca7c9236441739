// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of live models, counted over all subtasks of a job in this process. While it is more
 * than the job may use, each subtask that has more than its share parks models. Thread-safe; a
 * {@link Share} belongs to one thread.
 */
final class LiveMemory {
  /** Of this process; a job has a class loader, and so an object, of its own. */
  static final LiveMemory OF_JOB = new LiveMemory();

  /** Networks, windows and scratch that a model has in memory however little it has learned. */
  private static final long LEAST_BYTES = 1 << 20;

  private static final long PROCESS = Runtime.getRuntime().maxMemory();

  private final AtomicLong used = new AtomicLong();
  private final AtomicLong parked = new AtomicLong();
  private final AtomicLong shares = new AtomicLong();

  LiveMemory() {}

  /**
   * What live models may take where nothing is configured: half of the memory of this process, and
   * together with parked ones three quarters; but always an eighth. The rest is for checkpoints,
   * buffers and what waits.
   */
  long limit() {
    return limit(PROCESS);
  }

  long limit(long memory) {
    long beside = memory / 4 * 3 - parked.get();
    return Math.max(memory / 8, Math.min(memory / 2, beside));
  }

  /**
   * What a model takes in memory.
   *
   * @param saved bytes that a checkpoint holds of it; objects take about twice as many
   */
  static long estimate(long saved) {
    return Math.max(LEAST_BYTES, 2 * saved);
  }

  /** The part of one subtask, until it is closed. */
  Share open() {
    shares.incrementAndGet();
    return new Share();
  }

  /** The memory of the live models of one subtask. */
  final class Share implements AutoCloseable {
    private long mine;
    private long mineParked;
    private boolean closed;

    private Share() {}

    void add(long bytes) {
      mine += bytes;
      used.addAndGet(bytes);
    }

    void addParked(long bytes) {
      mineParked += bytes;
      parked.addAndGet(bytes);
    }

    /**
     * Whether this subtask is to park models.
     *
     * @param limit of all subtasks together
     */
    boolean isOver(long limit) {
      return used.get() > limit && mine > limit / shares.get();
    }

    @Override
    public void close() {
      if (!closed) { // Flink may close a function twice
        closed = true;
        used.addAndGet(-mine);
        parked.addAndGet(-mineParked);
        mine = 0;
        mineParked = 0;
        shares.decrementAndGet();
      }
    }
  }
}
