// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * What the heap holds once its garbage is gone. The difference of two readings, before and after
 * something was let go, is what it had held; only in a process in which nothing else happens
 * meanwhile.
 */
final class HeapMeter {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  // The serial collector leaves some garbage where it lies, to save moving what lives, in three of
  // four full collections (MarkSweepAlwaysCompactCount).
  private static final int COLLECTIONS = 4;

  private HeapMeter() {}

  /** Bytes in use after everything unreachable was collected. */
  static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      MEMORY.gc();
      least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
