// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.network.BackendUnavailableException;
import io.driftmoe.core.network.ForwardPass;
import io.driftmoe.core.network.Loss;
import io.driftmoe.core.network.Mlp;
import io.driftmoe.core.network.ReferenceBackend;
import io.driftmoe.core.network.RouterBackend;
import io.driftmoe.core.network.TrainingStep;
import java.util.List;

/** Some small training steps and a forward pass, compared with the reference. */
final class SelfTest {
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 3;
  private static final int STEPS = 3;

  private SelfTest() {}

  /**
   * Compares a back end with the reference.
   *
   * @throws BackendUnavailableException naming the first value that is not equal
   */
  static void compare(RouterBackend backend) throws BackendUnavailableException {
    compare(backend, 1);
    compare(backend, 7);
  }

  private static void compare(RouterBackend backend, int rows) throws BackendUnavailableException {
    Mlp actual = Mlp.xavier(rows, INPUTS, 37, 18, OUTPUTS);
    Mlp expected = Mlp.xavier(rows, INPUTS, 37, 18, OUTPUTS);
    float[] inputs = random(rows * INPUTS, rows);
    float[] targets = random(rows * OUTPUTS, -rows);
    try (RouterBackend reference = new ReferenceBackend()) {
      for (int s = 0; s < STEPS; s++) {
        step(backend, actual, inputs, targets, rows);
        step(reference, expected, inputs, targets, rows);
      }
      compare("parameter", rows, actual.parameters(), expected.parameters());
      compare(
          "logit",
          rows,
          logits(backend, actual, inputs, rows),
          logits(reference, expected, inputs, rows));
    }
  }

  private static void step(
      RouterBackend backend, Mlp router, float[] inputs, float[] targets, int rows) {
    backend.step(
        List.of(new TrainingStep(router, Loss.SOFTMAX, inputs, null, targets, rows, 2e-3)));
  }

  private static float[] logits(RouterBackend backend, Mlp router, float[] inputs, int rows) {
    float[] logits = new float[rows * OUTPUTS];
    backend.forward(List.of(new ForwardPass(router, inputs, null, rows, logits)));
    return logits;
  }

  private static float[] random(int n, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static void compare(String what, int rows, float[] actual, float[] expected)
      throws BackendUnavailableException {
    for (int i = 0; i < expected.length; i++) {
      if (actual[i] != expected[i]) {
        throw new BackendUnavailableException(
            "wrong result for %d rows: %s %d is %s, the reference has %s"
                .formatted(rows, what, i, actual[i], expected[i]));
      }
    }
  }
}
