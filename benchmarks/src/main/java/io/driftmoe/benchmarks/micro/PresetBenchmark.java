// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.NetworkScope;
import io.driftmoe.router.PendingPrediction;
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

/** The whole mixture. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class PresetBenchmark {
  @Param({"adaptive", "paper-data", "paper-task"})
  private String preset;

  /** Ten classes and nominal attributes; two classes and numbers, like Electricity. */
  @Param({"led_a", "rbf_f"})
  private String stream;

  /** Events that the mixture has learned before. */
  @Param("10000")
  private int learned;

  /** What computes the networks among the gates. */
  @Param({NetworkBackends.JAVA, NetworkBackends.SIMD})
  private String backend;

  private NetworkBackend opened;
  private LearnedMixture learnedMixture;
  private MixtureOfExperts mixture;

  /** Lets the mixture learn. */
  @Setup
  public void learn() throws IOException, BackendUnavailableException {
    opened = NetworkBackends.open(backend, null);
    learnedMixture = new LearnedMixture(preset, stream, learned);
    mixture = restore();
  }

  private MixtureOfExperts restore() throws IOException {
    MixtureOfExperts restored = learnedMixture.restore();
    restored.computeWith(NetworkScope.GATES, opened, null);
    return restored;
  }

  /** A mixture that learns in this round only. */
  @State(Scope.Thread)
  public static class Round {
    private MixtureOfExperts mixture;

    /** Puts the mixture back. */
    @Setup(Level.Invocation)
    public void putBack(PresetBenchmark benchmark) throws IOException {
      mixture = benchmark.restore();
    }
  }

  /** One prediction. */
  @Benchmark
  public PendingPrediction predict() {
    return mixture.predict(learnedMixture.events().nextFeatures());
  }

  /** A prediction, then its label. */
  @Benchmark
  @OperationsPerInvocation(StoredEvents.ROUND)
  public void predictAndLearn(Round round, RoundAllocation allocation, Blackhole blackhole) {
    allocation.start();
    for (LabeledExample example : learnedMixture.events().round()) {
      PendingPrediction prediction = round.mixture.predict(example.features());
      blackhole.consume(round.mixture.learn(prediction, example.label()));
    }
    allocation.stop();
  }
}
