// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.Expert;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.experts.MoaHoeffdingTreeFactory;
import java.io.IOException;
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

/** The experts' Hoeffding tree, with the published settings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HoeffdingTreeBenchmark {
  private static final MoaHoeffdingTreeFactory TREES = MoaHoeffdingTreeFactory.paper();

  @Param({"led_a", "rbf_f5"})
  private String stream;

  /** Events that the tree has learned before. */
  @Param("10000")
  private int learned;

  private StoredEvents events;
  private Expert tree;
  private double[] distribution;

  /** Lets the tree learn. */
  @Setup
  public void learn() {
    events = new StoredEvents(stream, learned);
    tree = TREES.create(events.schema(), 1);
    for (LabeledExample example : events.learned()) {
      tree.learn(example.features(), example.label(), 1);
    }
    distribution = new double[tree.classes()];
  }

  /** A tree that learns in this round only. */
  @State(Scope.Thread)
  public static class Round {
    private byte[] snapshot;
    private Expert tree;

    /** Keeps what the tree is like. */
    @Setup
    public void keep(HoeffdingTreeBenchmark benchmark) throws IOException {
      snapshot = Snapshots.bytes(benchmark.tree::writeSnapshot);
    }

    /** Puts the tree back. */
    @Setup(Level.Invocation)
    public void putBack(HoeffdingTreeBenchmark benchmark) throws IOException {
      tree = TREES.restore(benchmark.events.schema(), Snapshots.input(snapshot));
    }
  }

  /** One prediction. */
  @Benchmark
  public double[] predict() {
    tree.predict(events.nextFeatures(), distribution);
    return distribution;
  }

  /** A prediction, then its label. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void predictAndLearn(Round round, RoundAllocation allocation, Blackhole blackhole) {
    allocation.start();
    for (LabeledExample example : events.round()) {
      round.tree.predict(example.features(), distribution);
      blackhole.consume(distribution[example.label()]);
      round.tree.learn(example.features(), example.label(), 1);
    }
    allocation.stop();
  }
}
