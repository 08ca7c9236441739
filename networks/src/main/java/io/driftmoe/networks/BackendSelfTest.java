// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a back end must pass before it is used: a few steps of every kind, on sizes that fit no tile
 * and no vector, compared with the reference within the tolerances of {@link NetworkBackend}.
 */
public final class BackendSelfTest {
  private static final int[] ROWS = {1, 67};
  private static final int STACK = 3;
  private static final int STEPS = 3;
  private static final double LEARNING_RATE = 2e-3;
  private static final double LOGITS_TOLERANCE = 1e-6;
  private static final double STEP_TOLERANCE = 1e-4;

  private BackendSelfTest() {}

  /**
   * Runs it.
   *
   * @param backend compared with the reference
   * @param width of the first hidden layer: such that it needs all that the back end does with
   *     columns, whole tiles and what is left of one
   * @throws BackendUnavailableException saying what differs from the reference
   * @throws BackendException when the device fails
   */
  public static void run(NetworkBackend backend, int width) throws BackendUnavailableException {
    for (Loss loss : Loss.values()) {
      for (int rows : ROWS) {
        compare(backend, new NetworkShape(List.of(3, width, 17, 5), loss, rows, true), STACK);
      }
    }
  }

  /**
   * Runs it with the steps of a job, of one network, which may be large.
   *
   * @param backend compared with the reference
   * @param shape of the network and its mini-batch
   * @throws BackendUnavailableException saying what differs from the reference, or why the back end
   *     cannot take such steps
   * @throws BackendException when the device fails
   */
  public static void run(NetworkBackend backend, NetworkShape shape)
      throws BackendUnavailableException {
    try {
      compare(backend, shape, 1);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BackendUnavailableException(
          "%s cannot take steps of %s: %s".formatted(backend.name(), shape, e.getMessage()), e);
    }
  }

  private static void compare(NetworkBackend backend, NetworkShape shape, int stacked)
      throws BackendUnavailableException {
    List<TrainingStep> tested = steps(shape, stacked);
    List<TrainingStep> expected = steps(shape, stacked);
    NetworkBackend reference = new ReferenceBackend();
    check(
        backend,
        "logits of " + shape,
        logits(backend, tested),
        logits(reference, expected),
        LOGITS_TOLERANCE);
    for (int s = 0; s < STEPS; s++) {
      backend.step(tested);
      reference.step(expected);
    }
    for (int r = 0; r < stacked; r++) {
      float[] found = tested.get(r).network().parameters();
      float[] parameters = expected.get(r).network().parameters();
      check(backend, "parameters after steps of " + shape, found, parameters, STEP_TOLERANCE);
    }
  }

  private static void check(
      NetworkBackend backend, String what, float[] found, float[] expected, double tolerance)
      throws BackendUnavailableException {
    double difference = largestDifference(found, expected);
    if (!(difference <= tolerance)) {
      throw new BackendUnavailableException(
          String.format(
              Locale.ROOT,
              "%s computes wrongly: its %s differ from the reference by %.1e relative",
              backend.name(),
              what,
              difference));
    }
  }

  private static List<TrainingStep> steps(NetworkShape shape, int stacked) {
    SplitMix64 random = new SplitMix64(shape.rows());
    List<TrainingStep> steps = new ArrayList<>();
    for (int r = 0; r < stacked; r++) {
      int[] sizes = shape.sizes().stream().mapToInt(Integer::intValue).toArray();
      Mlp network = Mlp.xavier(random.nextLong(), sizes);
      float[] inputs = new float[shape.rows() * network.inputs()];
      float @Nullable [] dropout =
          shape.dropout() ? new float[shape.rows() * network.size(1)] : null;
      float[] targets = new float[shape.rows() * network.outputs()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (float) (2 * random.nextDouble() - 1);
      }
      for (int i = 0; dropout != null && i < dropout.length; i++) {
        dropout[i] = random.nextDouble() < 0.2 ? 0 : 1.25f;
      }
      for (int i = 0; i < targets.length; i++) {
        double target = random.nextDouble();
        targets[i] = (float) (shape.loss() == Loss.BINARY ? Math.rint(target) : target);
      }
      steps.add(
          new TrainingStep(
              network, shape.loss(), inputs, dropout, targets, shape.rows(), LEARNING_RATE));
    }
    return steps;
  }

  private static float[] logits(NetworkBackend backend, List<TrainingStep> steps) {
    int length = steps.get(0).rows() * steps.get(0).network().outputs();
    List<ForwardPass> passes = new ArrayList<>();
    for (TrainingStep s : steps) {
      passes.add(
          new ForwardPass(s.network(), s.inputs(), s.dropout(), s.rows(), new float[length]));
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
