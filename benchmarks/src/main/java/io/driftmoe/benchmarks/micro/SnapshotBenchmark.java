// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.router.MixtureOfExperts;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A checkpoint of a mixture that has learned led_a: one whole snapshot is one operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotBenchmark {
  @Param({"adaptive", "paper-data", "paper-task"})
  private String preset;

  /** Events that the mixture has learned before. */
  @Param("10000")
  private int learned;

  private LearnedMixture learnedMixture;
  private MixtureOfExperts mixture;

  /** Lets the mixture learn. */
  @Setup
  public void learn() throws IOException {
    learnedMixture = new LearnedMixture(preset, "led_a", learned);
    mixture = learnedMixture.restore();
  }

  /** The mixture as bytes. */
  @Benchmark
  public byte[] write() throws IOException {
    return Snapshots.bytes(mixture::writeSnapshot);
  }

  /** The bytes as a mixture. */
  @Benchmark
  public MixtureOfExperts restore() throws IOException {
    return learnedMixture.restore();
  }
}
