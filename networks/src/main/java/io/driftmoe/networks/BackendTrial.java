// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SplitMix64;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures how fast a back end takes training steps of networks of one shape, on random
 * mini-batches that are the same for every back end.
 */
public final class BackendTrial {
  private static final double LIKELY_RIGHT = 0.5;

  /** That of the presets' gates; no step takes longer for another. */
  private static final double LEARNING_RATE = 2e-3;

  private static final int MOST_WINDOWS = 20;
  private static final int FEWEST_CALLS = 3;

  /** Share of a window's time that the compiler may be busy, on another core. */
  private static final double COMPILING = 0.02;

  /** What it still counts as faster. */
  private static final double FASTER = 0.9;

  private final List<TrainingStep> steps;

  /**
   * @param shape of the steps
   * @param stacked networks in one call, at least 1
   */
  public BackendTrial(NetworkShape shape, int stacked) {
    if (stacked < 1) {
      throw new IllegalArgumentException("stacked must be at least 1, got " + stacked);
    }
    this.steps = new ArrayList<>(stacked);
    SplitMix64 random = new SplitMix64(0);
    for (int r = 0; r < stacked; r++) {
      steps.add(step(shape, random));
    }
  }

  private static TrainingStep step(NetworkShape shape, SplitMix64 random) {
    int[] sizes = shape.sizes().stream().mapToInt(Integer::intValue).toArray();
    Mlp network = Mlp.xavier(random.nextLong(), sizes);
    float[] inputs = new float[shape.rows() * network.inputs()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
    }
    float[] targets = new float[shape.rows() * network.outputs()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = random.nextDouble() < LIKELY_RIGHT ? 1 : 0.1f;
    }
    float @Nullable [] dropout = shape.dropout() ? new float[shape.rows() * network.size(1)] : null;
    if (dropout != null) {
      Arrays.fill(dropout, 1);
    }
    return new TrainingStep(
        network, shape.loss(), inputs, dropout, targets, shape.rows(), LEARNING_RATE);
  }

  /**
   * Measures windows of calls until the back end gets no faster and the JIT compiler has little to
   * do: vector instructions that are interpreted take a thousand times as long. The last window
   * counts.
   *
   * @param backend what is measured
   * @param time of a window, which lasts for three calls at least
   * @return the figures of the last window
   * @throws BackendException when its device fails
   */
  public Result run(NetworkBackend backend, Duration time) {
    Result result = measure(backend, time);
    for (int windows = 1; windows < MOST_WINDOWS; windows++) {
      long compiled = compilationMillis();
      Result next = measure(backend, time);
      boolean compiling = compilationMillis() - compiled > COMPILING * next.seconds() * 1e3;
      boolean faster = next.secondsPerCall() < FASTER * result.secondsPerCall();
      result = next;
      if (!compiling && !faster) {
        break;
      }
    }
    return result;
  }

  private static long compilationMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler == null ? 0 : compiler.getTotalCompilationTime();
  }

  private Result measure(NetworkBackend backend, Duration time) {
    DeviceUse before = backend.used();
    List<Long> calls = new ArrayList<>();
    long start = System.nanoTime();
    long last = start;
    while (calls.size() < FEWEST_CALLS || last - start < time.toNanos()) {
      backend.step(steps);
      long now = System.nanoTime();
      calls.add(now - last);
      last = now;
    }
    calls.sort(null);
    return new Result(
        backend.name(),
        steps.size(),
        calls.size(),
        (last - start) / 1e9,
        calls.get(calls.size() / 2) / 1e9,
        backend.used().since(before));
  }

  /**
   * What was measured.
   *
   * @param backend its name
   * @param stacked networks in a call
   * @param calls that were measured
   * @param seconds of all of them
   * @param secondsPerCall median
   * @param used what all the measured calls asked of the device
   */
  public record Result(
      String backend,
      int stacked,
      int calls,
      double seconds,
      double secondsPerCall,
      DeviceUse used) {

    /** {@return the training steps of a network in a second} */
    public double stepsPerSecond() {
      return stacked / secondsPerCall;
    }
  }
}
