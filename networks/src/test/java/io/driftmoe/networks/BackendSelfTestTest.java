// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class BackendSelfTestTest {

  /** The reference, with something done to its results. */
  private record Changed(Consumer<float[]> logits, Consumer<float[]> parameters)
      implements NetworkBackend {

    @Override
    public String name() {
      return "changed";
    }

    @Override
    public void forward(List<ForwardPass> passes) {
      new ReferenceBackend().forward(passes);
      passes.forEach(pass -> logits.accept(pass.logits()));
    }

    @Override
    public void step(List<TrainingStep> steps) {
      new ReferenceBackend().step(steps);
      steps.forEach(step -> parameters.accept(step.network().parameters()));
    }
  }

  private static void nothing(float[] values) {}

  @Test
  void theReferencePasses() {
    NetworkBackend same = new Changed(BackendSelfTestTest::nothing, BackendSelfTestTest::nothing);
    assertThatCode(() -> BackendSelfTest.run(same, 70)).doesNotThrowAnyException();
  }

  @Test
  void wrongLogitsAreFound() {
    fails(new Changed(logits -> logits[3] += 1e-4f, BackendSelfTestTest::nothing), "logits");
    fails(new Changed(logits -> logits[0] = Float.NaN, BackendSelfTestTest::nothing), "logits");
  }

  @Test
  void aWrongStepIsFound() {
    fails(new Changed(BackendSelfTestTest::nothing, p -> p[11] += 1e-3f), "parameters after steps");
    fails(new Changed(BackendSelfTestTest::nothing, p -> p[9] = Float.NaN), "parameters");
  }

  private static void fails(NetworkBackend backend, String what) {
    assertThatThrownBy(() -> BackendSelfTest.run(backend, 70))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("changed computes wrongly: its " + what);
  }
}
