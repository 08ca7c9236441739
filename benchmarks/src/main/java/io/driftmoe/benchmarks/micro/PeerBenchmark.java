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

/** MOA's adaptive random forest of ten trees, and its ten nearest of the last thousand events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PeerBenchmark {
  @Param({"ARF-10", "kNN"})
  private String peer;

  @Param({"led_a", "rbf_f5"})
  private String stream;

  /** Events learned before: more than the neighbours remember. */
  @Param("10000")
  private int learned;

  private StoredEvents events;
  private MoaPeer model;

  /** Lets the peer learn. */
  @Setup
  public void learn() {
    events = new StoredEvents(stream, learned);
    model = MoaPeer.named(peer, events.schema());
    for (LabeledExample example : events.learned()) {
      model.predictAndLearn(example);
    }
  }

  /** A peer that learns in this round only. */
  @State(Scope.Thread)
  public static class Round {
    private MoaPeer model;

    /** Puts the peer back. */
    @Setup(Level.Invocation)
    public void putBack(PeerBenchmark benchmark) {
      model = benchmark.model.copy();
    }
  }

  /** One prediction. */
  @Benchmark
  public int predict() {
    return model.predict(events.nextFeatures());
  }

  /** A prediction, then its label. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void predictAndLearn(Round round, RoundAllocation allocation, Blackhole blackhole) {
    allocation.start();
    for (LabeledExample example : events.round()) {
      blackhole.consume(round.model.predictAndLearn(example));
    }
    allocation.stop();
  }
}
