// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.benchmarks.DetectorCatalog;
import io.driftmoe.benchmarks.ErrorMonitor;
import io.driftmoe.core.SplitMix64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Drift detectors, ours and MOA's, on the same errors. Windows grow while nothing changes, so every
 * invocation begins with a new detector and takes the same errors.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DetectorBenchmark {
  private static final int ERRORS = 16_384;

  /** Names in {@link DetectorCatalog}. */
  @Param({
    "ADWIN",
    "MOA-ADWIN",
    "DDM",
    "MOA-DDM",
    "EDDM",
    "MOA-EDDM",
    "HDDM-A",
    "MOA-HDDM-A",
    "HDDM-W",
    "MOA-HDDM-W",
    "KSWIN",
    "Page-Hinkley",
    "MOA-Page-Hinkley",
    "RDDM",
    "MOA-RDDM",
    "STEPD"
  })
  private String detector;

  /** Errors one time in ten to the end; or in the second half four times in ten. */
  @Param({"quiet", "drift"})
  private String errors;

  private final boolean[] drawn = new boolean[ERRORS];

  /** Draws the errors. */
  @Setup
  public void draw() {
    SplitMix64 random = new SplitMix64(1);
    double later = errors.equals("drift") ? 0.4 : 0.1;
    for (int i = 0; i < ERRORS; i++) {
      drawn[i] = random.nextDouble() < (i < ERRORS / 2 ? 0.1 : later);
    }
  }

  /** Per error. */
  @Benchmark
  @OperationsPerInvocation(ERRORS)
  public int update() {
    ErrorMonitor monitor = DetectorCatalog.create(detector);
    int alarms = 0;
    for (boolean error : drawn) {
      alarms += monitor.alarm(error) ? 1 : 0;
    }
    return alarms;
  }
}
