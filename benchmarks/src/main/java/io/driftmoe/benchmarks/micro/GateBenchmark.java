// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.network.JavaBackend;
import io.driftmoe.core.network.Loss;
import io.driftmoe.core.network.Mlp;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The arithmetic of the gate of paper-data on led_a: 24 inputs, 256 and 128 hidden units, 12
 * experts; one event at a time and in mini-batches of 256.
 *
 * <p>The cost depends on how many units the ReLU leaves at zero. So the network has taken some
 * steps before, and while it is measured it stays as it is: a step with learning rate 0 computes
 * all of Adam and changes no parameter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GateBenchmark {
  // Powers of two: the low bits of a counter that may overflow are still an index.
  private static final int BATCH = 256;
  private static final int STEPS = 16;
  private static final int INPUTS = 24;
  private static final int EXPERTS = 12;

  private final Mlp network = Mlp.xavier(1, INPUTS, 256, 128, EXPERTS);
  private final JavaBackend backend = new JavaBackend(network);
  private final float[][] batches = new float[STEPS][BATCH * INPUTS];
  private final float[][] targets = new float[STEPS][BATCH * EXPERTS];
  private final float[][] events = new float[BATCH][INPUTS];
  private final float[] target = new float[EXPERTS];
  private final float[] logits = new float[BATCH * EXPERTS];
  private double learningRate = 2e-3;
  private int next;

  /** Lets the network learn to tell the class, one expert for each. */
  @Setup
  public void learn() {
    List<LabeledExample> examples = new StoredEvents("led_a", STEPS * BATCH).learned();
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      FeatureVector features = example.features();
      int row = i % BATCH;
      for (int f = 0; f < INPUTS; f++) {
        batches[i / BATCH][row * INPUTS + f] = (float) features.get(f);
      }
      targets[i / BATCH][row * EXPERTS + example.label()] = 1;
    }
    for (int i = 0; i < STEPS; i++) {
      backend.step(network, Loss.BINARY, batches[i], null, targets[i], BATCH, learningRate);
    }
    for (int r = 0; r < BATCH; r++) {
      System.arraycopy(batches[0], r * INPUTS, events[r], 0, INPUTS);
    }
    target[0] = 1;
    learningRate = 0;
  }

  /** Logits of one event. */
  @Benchmark
  public float[] forwardOne() {
    backend.forward(network, events[next++ & (BATCH - 1)], null, 1, logits);
    return logits;
  }

  /** Logits of a mini-batch; per event. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] forwardBatch() {
    backend.forward(network, batches[next++ & (STEPS - 1)], null, BATCH, logits);
    return logits;
  }

  /** A training step on one event, as paper-task takes it. */
  @Benchmark
  public float[] stepOne() {
    backend.step(network, Loss.BINARY, events[next++ & (BATCH - 1)], null, target, 1, learningRate);
    return network.firstMoments();
  }

  /** A training step on a mini-batch, as paper-data takes it; per event. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] stepBatch() {
    int batch = next++ & (STEPS - 1);
    backend.step(network, Loss.BINARY, batches[batch], null, targets[batch], BATCH, learningRate);
    return network.firstMoments();
  }
}
