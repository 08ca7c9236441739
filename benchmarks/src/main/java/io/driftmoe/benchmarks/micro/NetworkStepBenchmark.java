// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.Expert;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.experts.baselines.MajorityClassFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.specialists.ActiveSetConfig;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Experts that learn by steps of a network on one event, in plain Java: the network of adaptive,
 * and specialists whose trees are as good as free, so that the networks are what is measured. Each
 * predicts an event of led_a and learns it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class NetworkStepBenchmark {
  private static final int LEARNED = 5_000;

  private StoredEvents events;
  private double[] distribution;
  private Expert mlp;
  private Expert specialists;
  private Expert routed;
  private int next;

  /** Lets all of them learn the same events first. */
  @Setup
  public void learn() {
    events = new StoredEvents("led_a", LEARNED);
    distribution = new double[events.schema().classes()];
    SpecialistConfig usual = SpecialistConfig.defaults();
    SpecialistConfig cheap =
        new SpecialistConfig(
            new MajorityClassFactory(), 1, usual.poissonMean(), usual.network(), usual.mixing());
    RoutedSpecialistsFactory gated = RoutedSpecialistsFactory.defaults();
    mlp = MlpClassifierFactory.defaults().create(events.schema(), 1);
    specialists =
        new RegimeLibraryFactory(cheap, 2, 0.995, new ActiveSetConfig(1, 1, 1, 0))
            .create(events.schema(), 1);
    routed =
        new RoutedSpecialistsFactory(
                cheap, 12, gated.gate(), ActiveSetConfig.defaults(), gated.drift())
            .create(events.schema(), 1);
    for (LabeledExample example : events.learned()) {
      for (Expert expert : new Expert[] {mlp, specialists, routed}) {
        step(expert, example);
      }
    }
  }

  private double[] step(Expert expert, LabeledExample example) {
    expert.predict(example.features(), distribution);
    expert.learn(example.features(), example.label(), 1);
    return distribution;
  }

  private LabeledExample event() {
    next = (next + 1) % events.round().length;
    return events.round()[next];
  }

  /** A forward pass and a step of the network with 64 hidden units. */
  @Benchmark
  public double[] mlp() {
    return step(mlp, event());
  }

  /** Two specialists, both asked: two passes and up to two steps with 32 hidden units. */
  @Benchmark
  public double[] specialists() {
    return step(specialists, event());
  }

  /** Twelve of them under their gate, which takes a step every four events. */
  @Benchmark
  public double[] routed() {
    return step(routed, event());
  }
}
