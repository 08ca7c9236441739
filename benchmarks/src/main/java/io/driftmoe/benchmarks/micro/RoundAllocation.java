// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the rounds of a benchmark allocate. JMH's own profiler would count as well what putting the
 * model back allocates, which is far more.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class RoundAllocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Bytes allocated inside of rounds. */
  public long roundBytes;

  /** Events in these rounds. */
  public long roundEvents;

  private long allocatedAt;

  void start() {
    allocatedAt = THREADS.getCurrentThreadAllocatedBytes();
  }

  void stop() {
    roundBytes += THREADS.getCurrentThreadAllocatedBytes() - allocatedAt;
    roundEvents += StoredEvents.ROUND;
  }
}
