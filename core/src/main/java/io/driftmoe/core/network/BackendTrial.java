// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

import io.driftmoe.core.SplitMix64;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how fast a back end takes training steps of routers of one shape, on random mini-batches
 * that are the same for every back end.
 */
public final class BackendTrial {
  private static final double LIKELY_RIGHT = 0.5;

  private final List<TrainingStep> steps;

  /**
   * @param shape of the steps
   * @param stacked routers in one call, at least 1
   */
  public BackendTrial(RouterShape shape, int stacked) {
    if (stacked < 1) {
      throw new IllegalArgumentException("stacked must be at least 1, got " + stacked);
    }
    this.steps = new ArrayList<>(stacked);
    SplitMix64 random = new SplitMix64(0);
    for (int r = 0; r < stacked; r++) {
      steps.add(step(shape, random));
    }
  }

  private static TrainingStep step(RouterShape shape, SplitMix64 random) {
    int[] sizes = shape.sizes().stream().mapToInt(Integer::intValue).toArray();
    Mlp router = Mlp.xavier(random.nextLong(), sizes);
    float[] inputs = new float[shape.rows() * router.inputs()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
    }
    float[] targets = new float[shape.rows() * router.outputs()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = random.nextDouble() < LIKELY_RIGHT ? 1 : 0.1f;
    }
    float[] dropout = shape.dropout() ? new float[shape.rows() * router.size(1)] : null;
    if (dropout != null) {
      Arrays.fill(dropout, 1);
    }
    return new TrainingStep(
        router, shape.loss(), inputs, dropout, targets, shape.rows(), shape.learningRate());
  }

  /**
   * Calls the back end for a while, then measures for as long again, at least three calls.
   *
   * @param time of each half
   * @throws BackendException when its device fails
   */
  public Result run(RouterBackend backend, Duration time) {
    long nanos = time.toNanos();
    long warm = System.nanoTime();
    do {
      backend.step(steps);
    } while (System.nanoTime() - warm < nanos);
    DeviceUse before = backend.used();
    List<Long> calls = new ArrayList<>();
    long start = System.nanoTime();
    long last = start;
    while (calls.size() < 3 || last - start < nanos) {
      backend.step(steps);
      long now = System.nanoTime();
      calls.add(now - last);
      last = now;
    }
    calls.sort(null);
    double median = calls.get(calls.size() / 2);
    return new Result(
        backend.name(), steps.size(), calls.size(), median / 1e9, backend.used().since(before));
  }

  /**
   * What was measured.
   *
   * @param backend its name
   * @param stacked routers in a call
   * @param calls that were measured
   * @param secondsPerCall median
   * @param used what all the measured calls asked of the device
   */
  public record Result(
      String backend, int stacked, int calls, double secondsPerCall, DeviceUse used) {

    /** Training steps of a router in a second. */
    public double stepsPerSecond() {
      return stacked / secondsPerCall;
    }
  }
}
