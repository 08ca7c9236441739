// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.DriftLevel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One update of the drift detector. */
@State(Scope.Thread)
public class AdwinBenchmark {
  private final Adwin adwin = new Adwin(0.002);
  private long n;

  /** An error one time in eight. */
  @Benchmark
  public DriftLevel update() {
    return adwin.update((n++ & 7) == 0 ? 1 : 0);
  }
}
