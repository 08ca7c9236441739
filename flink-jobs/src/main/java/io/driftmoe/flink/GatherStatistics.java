// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What a gatherer has launched. Written by its thread, read by the metric reporters'. */
final class GatherStatistics {
  /** Values that a histogram looks back on. */
  static final int WINDOW = 1_000;

  private final AtomicLongArray launches = new AtomicLongArray(LaunchReason.values().length);
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final Histogram gathered = new DescriptiveStatisticsHistogram(WINDOW);

  void launched(LaunchReason reason, int routers) {
    launches.incrementAndGet(reason.ordinal());
    steps.addAndGet(routers);
    gathered.update(routers);
  }

  void failed() {
    failures.incrementAndGet();
  }

  long launches(LaunchReason reason) {
    return launches.get(reason.ordinal());
  }

  /** Calls to the back end, for whatever reason. */
  long launches() {
    return IntStream.range(0, launches.length()).mapToLong(launches::get).sum();
  }

  /** Steps in all launches. */
  long steps() {
    return steps.get();
  }

  /** Launches that failed and were redone on the reference. */
  long failures() {
    return failures.get();
  }

  /** Networks per launch. */
  Histogram gathered() {
    return gathered;
  }
}
