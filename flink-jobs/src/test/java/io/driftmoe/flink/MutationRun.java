// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many mutations the tests try: {@code -Ddriftmoe.mutations=1000000} asks for others. */
final class MutationRun {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private MutationRun() {}

  static int count(int otherwise) {
    return Integer.getInteger("driftmoe.mutations", otherwise);
  }

  /** Bytes that this thread has allocated so far. */
  static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
