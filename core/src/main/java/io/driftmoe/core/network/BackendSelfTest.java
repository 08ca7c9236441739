// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core.network;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/**
 * What a back end must pass before it is used: a few steps of every kind, on sizes that fit no tile
 * and no vector, compared with the reference within the tolerances of {@link RouterBackend}.
 */
public final class BackendSelfTest {
  private static final int[] ROWS = {1, 67};
  private static final int STACK = 3;
  private static final int STEPS = 3;
  private static final double LOGITS_TOLERANCE = 1e-6;
  private static final double STEP_TOLERANCE = 1e-4;

  private BackendSelfTest() {}

  /**
   * Runs it.
   *
   * @param width of the first hidden layer: such that it needs all that the back end does with
   *     columns, whole tiles and what is left of one
   * @throws BackendUnavailableException saying what differs from the reference
   * @throws BackendException when the device fails
   */
  public static void run(RouterBackend backend, int width) throws BackendUnavailableException {
    for (Loss loss : Loss.values()) {
      for (int rows : ROWS) {
        run(backend, width, loss, rows);
      }
    }
  }

  private static void run(RouterBackend backend, int width, Loss loss, int rows)
      throws BackendUnavailableException {
    List<TrainingStep> tested = steps(width, loss, rows);
    List<TrainingStep> expected = steps(width, loss, rows);
    RouterBackend reference = new ReferenceBackend();
    check(
        backend, "logits", logits(backend, tested), logits(reference, expected), LOGITS_TOLERANCE);
    for (int s = 0; s < STEPS; s++) {
      backend.step(tested);
      reference.step(expected);
    }
    for (int r = 0; r < STACK; r++) {
      float[] found = tested.get(r).router().parameters();
      String what = "parameters after steps with loss %s on %d rows".formatted(loss, rows);
      check(backend, what, found, expected.get(r).router().parameters(), STEP_TOLERANCE);
    }
  }

  private static void check(
      RouterBackend backend, String what, float[] found, float[] expected, double tolerance)
      throws BackendUnavailableException {
    double difference = largestDifference(found, expected);
    if (!(difference <= tolerance)) {
      throw new BackendUnavailableException(
          "%s computes wrongly: its %s differ from the reference by %.1e relative"
              .formatted(backend.name(), what, difference));
    }
  }

  private static List<TrainingStep> steps(int width, Loss loss, int rows) {
    SplitMix64 random = new SplitMix64(loss.ordinal());
    List<TrainingStep> steps = new ArrayList<>();
    for (int r = 0; r < STACK; r++) {
      Mlp router = Mlp.xavier(random.nextLong(), 3, width, 17, 5);
      float[] inputs = new float[rows * router.inputs()];
      float[] dropout = new float[rows * router.size(1)];
      float[] targets = new float[rows * router.outputs()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (float) (2 * random.nextDouble() - 1);
      }
      for (int i = 0; i < dropout.length; i++) {
        dropout[i] = random.nextDouble() < 0.2 ? 0 : 1.25f;
      }
      for (int i = 0; i < targets.length; i++) {
        targets[i] =
            loss == Loss.BINARY ? (random.nextDouble() < 0.5 ? 0 : 1) : (float) random.nextDouble();
      }
      steps.add(new TrainingStep(router, loss, inputs, dropout, targets, rows, 2e-3));
    }
    return steps;
  }

  private static float[] logits(RouterBackend backend, List<TrainingStep> steps) {
    int length = steps.get(0).rows() * steps.get(0).router().outputs();
    List<ForwardPass> passes = new ArrayList<>();
    for (TrainingStep s : steps) {
      passes.add(new ForwardPass(s.router(), s.inputs(), s.dropout(), s.rows(), new float[length]));
    }
    backend.forward(passes);
    float[] all = new float[steps.size() * length];
    for (int r = 0; r < steps.size(); r++) {
      System.arraycopy(passes.get(r).logits(), 0, all, r * length, length);
    }
    return all;
  }

  /** Relative to the largest magnitude expected; NaN where a value is none. */
  private static double largestDifference(float[] found, float[] expected) {
    double difference = 0;
    double scale = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) found[i] - expected[i]));
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return difference / scale;
  }
}
