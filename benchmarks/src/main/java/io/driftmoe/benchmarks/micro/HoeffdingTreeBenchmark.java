// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
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

/** Our Hoeffding tree beside MOA's, both with MOA's default settings. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HoeffdingTreeBenchmark {
  private static final int GROWTH = 20_000;

  /** Our tree or MOA's. */
  public enum Implementation {
    /** Ours, on flat arrays. */
    FLAT(HoeffdingTreeFactory.moa()),
    /** MOA's. */
    MOA(new MoaHoeffdingTreeFactory(200, 1e-7, 0.05));

    private final ExpertFactory factory;

    Implementation(ExpertFactory factory) {
      this.factory = factory;
    }
  }

  @Param private Implementation implementation;

  @Param({"led_a", "sea_a", "rbf_m"})
  private String stream;

  /** Events that the tree has learned before. */
  @Param("10000")
  private int learned;

  private StoredEvents events;
  private Expert tree;
  private double[] distribution;

  /** Lets the tree learn. */
  @Setup
  public void train() {
    events = new StoredEvents(stream, learned);
    tree = implementation.factory.create(events.schema(), 1);
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
      tree =
          benchmark.implementation.factory.restore(
              benchmark.events.schema(), Snapshots.input(snapshot));
    }
  }

  /** What a tree learns from the beginning. */
  @State(Scope.Thread)
  public static class Growth {
    private LabeledExample[] examples;

    /** Generates the events. */
    @Setup
    public void generate(HoeffdingTreeBenchmark benchmark) {
      examples =
          new StoredEvents(benchmark.stream, GROWTH).learned().toArray(LabeledExample[]::new);
    }
  }

  /** One prediction. */
  @Benchmark
  public double[] predict() {
    tree.predict(events.nextFeatures(), distribution);
    return distribution;
  }

  /** A label whose example was not predicted before. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void learn(Round round, RoundAllocation allocation) {
    allocation.start();
    for (LabeledExample example : events.round()) {
      round.tree.learn(example.features(), example.label(), 1);
    }
    allocation.stop();
  }

  /** A prediction, then its label. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void predictAndLearn(Round round, RoundAllocation allocation, Blackhole blackhole) {
    allocation.start();
    testThenTrain(round.tree, events.round(), blackhole);
    allocation.stop();
  }

  /** The same by a tree that starts empty and grows over 20,000 events. */
  @Benchmark
  @OperationsPerInvocation(GROWTH)
  public void grow(Growth growth, Blackhole blackhole) {
    testThenTrain(implementation.factory.create(events.schema(), 1), growth.examples, blackhole);
  }

  private void testThenTrain(Expert model, LabeledExample[] examples, Blackhole blackhole) {
    for (LabeledExample example : examples) {
      model.predict(example.features(), distribution);
      blackhole.consume(distribution[example.label()]);
      model.learn(example.features(), example.label(), 1);
    }
  }
}
