// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Whether a long run is as it must be: nothing that the process holds grows from its second quarter
 * to its last, and no events are left behind. The first quarter warms up: caches fill, the compiler
 * has threads.
 */
final class SoakCheck {
  /** The heap may grow by so much of itself, since models grow slowly, too. */
  static final double HEAP_GROWTH = 0.15;

  /** And by so much in any case: a collection sees what a single batch holds. */
  static final long HEAP_SLACK = 32L << 20;

  static final int THREADS_SLACK = 4;
  static final int FILES_SLACK = 16;

  /** Of load at the end. */
  static final double BACKLOG_SECONDS = 2;

  private SoakCheck() {}

  /**
   * What is not as it must be; nothing when all is.
   *
   * @param samples in their order
   * @param rate of the steady load, events a second
   */
  static List<String> faults(List<SoakSample> samples, double rate) {
    List<String> faults = new ArrayList<>();
    if (samples.size() < 4) {
      return List.of("too few samples: " + samples.size());
    }
    Quarters heap = quarters(samples, SoakSample::heapAfterCollection);
    if (heap.last > heap.second * (1 + HEAP_GROWTH) + HEAP_SLACK) {
      faults.add(
          String.format(
              Locale.ROOT,
              "the heap after collections rose from %,d MB in the second quarter to %,d MB in the"
                  + " last",
              heap.second >> 20,
              heap.last >> 20));
    }
    addGrowth(faults, "threads", quarters(samples, SoakSample::threads), THREADS_SLACK);
    addGrowth(faults, "open files", quarters(samples, SoakSample::files), FILES_SLACK);
    long backlog = samples.get(samples.size() - 1).backlog();
    if (backlog > rate * BACKLOG_SECONDS) {
      faults.add(
          String.format(
              Locale.ROOT,
              "%,d events are not predicted at the end, more than %.0f s of load",
              backlog,
              BACKLOG_SECONDS));
    }
    return faults;
  }

  private static void addGrowth(List<String> faults, String what, Quarters quarters, int slack) {
    if (quarters.last > quarters.second + slack) {
      faults.add(
          "%s rose from %s in the second quarter to %s in the last"
              .formatted(what, quarters.second, quarters.last));
    }
  }

  /** The most in the second and in the last quarter. */
  private record Quarters(long second, long last) {}

  private static Quarters quarters(List<SoakSample> samples, ToLongFunction<SoakSample> value) {
    int quarter = samples.size() / 4;
    return new Quarters(
        most(samples.subList(quarter, 2 * quarter), value),
        most(samples.subList(3 * quarter, samples.size()), value));
  }

  private static long most(List<SoakSample> samples, ToLongFunction<SoakSample> value) {
    return samples.stream().mapToLong(value).max().orElse(0);
  }
}
