// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the calling thread spends between start and stop, summed over many such stretches. */
final class CostMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long wall;
  private long cpu;
  private long processCpu;
  private long allocated;

  private long wallAt;
  private long cpuAt;
  private long processCpuAt;
  private long allocatedAt;

  void start() {
    allocatedAt = THREADS.getCurrentThreadAllocatedBytes();
    processCpuAt = PROCESS.getProcessCpuTime();
    wallAt = System.nanoTime();
    cpuAt = THREADS.getCurrentThreadCpuTime();
  }

  void stop() {
    cpu += THREADS.getCurrentThreadCpuTime() - cpuAt;
    wall += System.nanoTime() - wallAt;
    processCpu += PROCESS.getProcessCpuTime() - processCpuAt;
    allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedAt;
  }

  /**
   * @param heapBytes that the model held, as measured on the heap; null when it was not measured
   * @param ownProcess whether nothing else of weight ran in this process
   */
  CellResult.Cost cost(long modelBytes, @Nullable Long heapBytes, boolean ownProcess) {
    return new CellResult.Cost(
        cpu / 1e9,
        ownProcess ? processCpu / 1e9 : Double.NaN,
        wall / 1e9,
        modelBytes,
        allocated,
        heapBytes);
  }
}
