// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.micro;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
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
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class GateBenchmark {
  // Powers of two: the low bits of a counter that may overflow are still an index.
  private static final int BATCH = 256;
  private static final int STEPS = 16;
  private static final int INPUTS = 24;
  private static final int EXPERTS = 12;

  private final Mlp network = Mlp.xavier(1, INPUTS, 256, 128, EXPERTS);
  private final float[] logits = new float[BATCH * EXPERTS];
  private final List<List<ForwardPass>> oneForward = new ArrayList<>();
  private final List<List<ForwardPass>> batchForward = new ArrayList<>();
  private final List<List<TrainingStep>> oneStep = new ArrayList<>();
  private final List<List<TrainingStep>> batchStep = new ArrayList<>();
  private NetworkBackend opened;
  private int next;

  /** What computes. */
  @Param({NetworkBackends.JAVA, NetworkBackends.SIMD})
  private String backend;

  /** Lets the network learn to tell the class, one expert for each. */
  @Setup
  public void learn() throws BackendUnavailableException {
    opened = NetworkBackends.open(backend, null);
    float[][] batches = new float[STEPS][BATCH * INPUTS];
    float[][] targets = new float[STEPS][BATCH * EXPERTS];
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
      opened.step(List.of(step(batches[i], targets[i], BATCH, 2e-3)));
      batchForward.add(List.of(new ForwardPass(network, batches[i], BATCH, logits)));
      batchStep.add(List.of(step(batches[i], targets[i], BATCH, 0)));
    }
    float[] target = new float[EXPERTS];
    target[0] = 1;
    for (int r = 0; r < BATCH; r++) {
      float[] event = Arrays.copyOfRange(batches[0], r * INPUTS, (r + 1) * INPUTS);
      oneForward.add(List.of(new ForwardPass(network, event, 1, logits)));
      oneStep.add(List.of(step(event, target, 1, 0)));
    }
  }

  private TrainingStep step(float[] inputs, float[] targets, int rows, double learningRate) {
    return new TrainingStep(network, Loss.BINARY, inputs, targets, rows, learningRate);
  }

  /** Logits of one event. */
  @Benchmark
  public float[] forwardOne() {
    opened.forward(oneForward.get(next++ & (BATCH - 1)));
    return logits;
  }

  /** Logits of a mini-batch; per event. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] forwardBatch() {
    opened.forward(batchForward.get(next++ & (STEPS - 1)));
    return logits;
  }

  /** A training step on one event, as paper-task takes it. */
  @Benchmark
  public float[] stepOne() {
    opened.step(oneStep.get(next++ & (BATCH - 1)));
    return network.firstMoments();
  }

  /** A training step on a mini-batch, as paper-data takes it; per event. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] stepBatch() {
    opened.step(batchStep.get(next++ & (STEPS - 1)));
    return network.firstMoments();
  }
}
