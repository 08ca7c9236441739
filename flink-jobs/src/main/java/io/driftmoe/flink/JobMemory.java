// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;

/**
 * The memory of models, of what waits and of recent ids, counted over all subtasks of a job in this
 * process. Thread-safe; a {@link Share} belongs to one thread.
 *
 * <p>While live models take more than they may, each subtask that has more than its share parks
 * some, which changes no result. What is given up of what waits, and what is forgotten of the ids,
 * is a result: each subtask decides it by its own records alone, within an equal part of the
 * budget.
 */
final class JobMemory {
  /**
   * Of the jobs that have subtasks in this process. Statements in SQL share a class loader, and so
   * this map, where the jar is in Flink's own folder of libraries.
   */
  private static final Map<JobID, JobMemory> JOBS = new HashMap<>();

  private static final long PROCESS = Runtime.getRuntime().maxMemory();

  private final AtomicLong used = new AtomicLong();
  private final AtomicLong parked = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong buffered = new AtomicLong();
  private final AtomicLong recentIds = new AtomicLong();
  private final AtomicLong shares = new AtomicLong();

  JobMemory() {}

  /** The part of one subtask of a job, until it is closed. */
  static Share open(JobID job) {
    synchronized (JOBS) {
      return JOBS.computeIfAbsent(job, first -> new JobMemory()).open();
    }
  }

  /**
   * What live models may take where nothing is configured: half of the memory of this process, and
   * together with parked ones, what waits and recent ids three quarters; but always an eighth. The
   * rest is for checkpoints and buffers.
   */
  long limit() {
    return limit(PROCESS);
  }

  long limit(long memory) {
    long others = parked.get() + waiting.get() + buffered.get() + recentIds.get();
    long beside = memory / 4 * 3 - others;
    return Math.max(memory / 8, Math.min(memory / 2, beside));
  }

  /**
   * What may wait.
   *
   * @param configured bytes; null for a quarter of the memory of this process
   */
  static long waitingLimit(@Nullable Long configured) {
    return configured == null ? PROCESS / 4 : configured;
  }

  /**
   * What recent ids may take.
   *
   * @param configured bytes; null for an eighth of the memory of this process
   */
  static long recentIdsLimit(@Nullable Long configured) {
    return configured == null ? PROCESS / 8 : configured;
  }

  /** The part of one subtask, until it is closed. */
  Share open() {
    shares.incrementAndGet();
    return new Share();
  }

  /** The memory of one subtask. */
  final class Share implements AutoCloseable {
    private long mine;
    private long mineParked;
    private long mineWaiting;
    private long mineBuffered;
    private long mineRecentIds;
    private boolean closed;

    private Share() {}

    /** What live models of the job may take where nothing is configured. */
    long limit() {
      return JobMemory.this.limit();
    }

    void add(long bytes) {
      mine += bytes;
      used.addAndGet(bytes);
    }

    void addParked(long bytes) {
      mineParked += bytes;
      parked.addAndGet(bytes);
    }

    /** Adds to what waits for its other half. */
    void addWaiting(long bytes) {
      mineWaiting += bytes;
      waiting.addAndGet(bytes);
    }

    /** What waits for its other half, in this subtask. */
    long waiting() {
      return mineWaiting;
    }

    /** Adds to what waits for the watermark. */
    void addBuffered(long bytes) {
      mineBuffered += bytes;
      buffered.addAndGet(bytes);
    }

    /** What waits for the watermark, in this subtask. */
    long buffered() {
      return mineBuffered;
    }

    /** Adds to the ids of learned events. */
    void addRecentIds(long bytes) {
      mineRecentIds += bytes;
      recentIds.addAndGet(bytes);
    }

    /** The ids of learned events, in this subtask. */
    long recentIds() {
      return mineRecentIds;
    }

    /**
     * The part of this subtask.
     *
     * @param limit of all subtasks together
     */
    long partOf(long limit) {
      return limit / shares.get();
    }

    /**
     * Whether this subtask is to park models.
     *
     * @param limit of all subtasks together
     */
    boolean isOver(long limit) {
      return used.get() > limit && mine > partOf(limit);
    }

    @Override
    public void close() {
      if (!closed) { // Flink may close a function twice
        closed = true;
        used.addAndGet(-mine);
        parked.addAndGet(-mineParked);
        waiting.addAndGet(-mineWaiting);
        buffered.addAndGet(-mineBuffered);
        recentIds.addAndGet(-mineRecentIds);
        mine = 0;
        mineParked = 0;
        mineWaiting = 0;
        mineBuffered = 0;
        mineRecentIds = 0;
        synchronized (JOBS) {
          if (shares.decrementAndGet() == 0) {
            JOBS.values().remove(JobMemory.this);
          }
        }
      }
    }
  }
}
