// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.network.ForwardPass;
import io.driftmoe.core.network.Loss;
import io.driftmoe.core.network.Mlp;
import io.driftmoe.core.network.ReferenceBackend;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.TrainingStep;
import java.util.ArrayList;
import java.util.List;

/** Runs a few steps of each kind, whose sizes fit no tile, and compares them with the reference. */
final class SelfTest {
  private static final int[] SIZES = {3, 70, 17, 5};
  private static final int ROWS = 67;
  private static final int STACK = 3;
  private static final int STEPS = 3;
  private static final double LOGITS_TOLERANCE = 1e-6;
  private static final double STEP_TOLERANCE = 1e-4;

  private SelfTest() {}

  /** What differs, in words; null when nothing does. */
  static String differenceFromReference(RouterBackend backend) {
    for (Loss loss : Loss.values()) {
      List<TrainingStep> tested = steps(loss);
      List<TrainingStep> expected = steps(loss);
      ReferenceBackend reference = new ReferenceBackend();
      double logits = largestDifference(logits(backend, tested), logits(reference, expected));
      if (!(logits <= LOGITS_TOLERANCE)) {
        return "its logits differ from the reference by %.1e relative".formatted(logits);
      }
      for (int s = 0; s < STEPS; s++) {
        backend.step(tested);
        reference.step(expected);
      }
      for (int r = 0; r < STACK; r++) {
        double step =
            largestDifference(
                tested.get(r).router().parameters(), expected.get(r).router().parameters());
        if (!(step <= STEP_TOLERANCE)) {
          return "after %d steps of loss %s its parameters differ from the reference by %.1e relative"
              .formatted(STEPS, loss, step);
        }
      }
    }
    return null;
  }

  private static List<TrainingStep> steps(Loss loss) {
    SplitMix64 random = new SplitMix64(loss.ordinal());
    List<TrainingStep> steps = new ArrayList<>();
    for (int r = 0; r < STACK; r++) {
      Mlp router = Mlp.xavier(random.nextLong(), SIZES);
      float[] inputs = new float[ROWS * router.inputs()];
      float[] dropout = new float[ROWS * router.size(1)];
      float[] targets = new float[ROWS * router.outputs()];
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
      steps.add(new TrainingStep(router, loss, inputs, dropout, targets, ROWS, 2e-3));
    }
    return steps;
  }

  private static float[] logits(RouterBackend backend, List<TrainingStep> steps) {
    int length = ROWS * steps.get(0).router().outputs();
    List<ForwardPass> passes = new ArrayList<>();
    for (TrainingStep s : steps) {
      passes.add(new ForwardPass(s.router(), s.inputs(), s.dropout(), ROWS, new float[length]));
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
