// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.router.Attribution;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
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

/** What is behind a prediction of the preset adaptive, beside the prediction alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AttributionBenchmark {
  /** 24 nominal attributes and ten classes; 10 and 100 numeric attributes and two classes. */
  @Param({"led_a", "size_d10", "size_d100"})
  private String stream;

  /** Events that the mixture has learned before: its trees grow with them. */
  @Param("10000")
  private int learned;

  private StoredEvents events;
  private MixtureOfExperts mixture;

  /** Lets the mixture learn. */
  @Setup
  public void learn() throws IOException {
    LearnedMixture learnedMixture = new LearnedMixture("adaptive", stream, learned);
    events = learnedMixture.events();
    mixture = learnedMixture.restore();
  }

  /** One prediction. */
  @Benchmark
  public PendingPrediction predict() {
    return mixture.predict(events.nextFeatures());
  }

  /** One prediction, and what is behind it. */
  @Benchmark
  public Attribution predictAndAttribute() {
    return mixture.attribute(mixture.predict(events.nextFeatures()));
  }
}
