// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.benchmarks.MoaPeer;
import io.driftmoe.core.LabeledExample;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** MOA's k nearest neighbours, ten of the last thousand events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KnnBenchmark {
  @Param({"led_a", "rbf_f5"})
  private String stream;

  /** Events seen before; the window of a thousand is full. */
  @Param("5000")
  private int learned;

  private StoredEvents events;
  private MoaPeer neighbours;

  /** Lets the neighbours learn. */
  @Setup
  public void learn() {
    events = new StoredEvents(stream, learned);
    neighbours = MoaPeer.named("kNN", events.schema());
    for (LabeledExample example : events.learned()) {
      neighbours.predictAndLearn(example);
    }
  }

  /** A neighbours that learns in this round only. */
  @State(Scope.Thread)
  public static class Round {
    private MoaPeer neighbours;

    /** Puts the neighbours back. */
    @Setup(Level.Invocation)
    public void putBack(KnnBenchmark benchmark) {
      neighbours = benchmark.neighbours.copy();
    }
  }

  /** One prediction. */
  @Benchmark
  public int predict() {
    return neighbours.predict(events.nextFeatures());
  }

  /** A prediction, then its label. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void predictAndLearn(Round round, RoundAllocation allocation, Blackhole blackhole) {
    allocation.start();
    for (LabeledExample example : events.round()) {
      blackhole.consume(round.neighbours.predictAndLearn(example));
    }
    allocation.stop();
  }
}
