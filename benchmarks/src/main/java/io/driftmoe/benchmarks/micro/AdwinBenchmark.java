// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.DriftLevel;
import java.util.concurrent.TimeUnit;
import moa.classifiers.core.driftdetection.ADWIN;
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
 * Our ADWIN and MOA's on the same errors. The window grows while nothing changes, so every
 * invocation begins with a new detector and takes the same errors.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AdwinBenchmark {
  private static final int ERRORS = 16_384;
  private static final double DELTA = 0.002;

  /** Errors one time in ten to the end; or in the second half four times in ten. */
  @Param({"quiet", "drift"})
  private String errors;

  private final double[] drawn = new double[ERRORS];

  /** Draws the errors. */
  @Setup
  public void draw() {
    SplitMix64 random = new SplitMix64(1);
    double later = errors.equals("drift") ? 0.4 : 0.1;
    for (int i = 0; i < ERRORS; i++) {
      drawn[i] = random.nextDouble() < (i < ERRORS / 2 ? 0.1 : later) ? 1 : 0;
    }
  }

  /** Ours; per error. */
  @Benchmark
  @OperationsPerInvocation(ERRORS)
  public int ours() {
    Adwin adwin = new Adwin(DELTA);
    int alarms = 0;
    for (double error : drawn) {
      alarms += adwin.update(error) == DriftLevel.DRIFT ? 1 : 0;
    }
    return alarms;
  }

  /** MOA's; per error. */
  @Benchmark
  @OperationsPerInvocation(ERRORS)
  public int moa() {
    ADWIN adwin = new ADWIN(DELTA);
    int alarms = 0;
    for (double error : drawn) {
      alarms += adwin.setInput(error) ? 1 : 0;
    }
    return alarms;
  }
}
