// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LargeStacksBackendTest {
  /** Counts what it is given. */
  private static final class Counting implements NetworkBackend {
    private final String name;
    private final List<Integer> stacks = new ArrayList<>();
    private final NetworkBackend reference = new ReferenceBackend();
    private int forward;
    private boolean closed;

    Counting(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void forward(List<ForwardPass> passes) {
      forward++;
      reference.forward(passes);
    }

    @Override
    public void step(List<TrainingStep> steps) {
      stacks.add(steps.size());
      reference.step(steps);
    }

    @Override
    public DeviceUse used() {
      return new DeviceUse(stacks.size(), 0, 0, 0);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Counting device = new Counting("a device");
  private final Counting host = new Counting("java");

  @Test
  void theDeviceIsGivenLargeStacksOfItsShapesOnly() {
    TrainingStep step = step(3, 2);
    NetworkBackend backend = new LargeStacksBackend(device, host, Map.of(step.shape(), 2));

    backend.step(List.of(step));
    backend.step(List.of(step(3, 2), step(3, 2)));
    backend.step(List.of(step(3, 2), step(3, 2), step(3, 2)));
    backend.step(List.of(step(4, 2), step(4, 2), step(4, 2)));

    assertThat(host.stacks).containsExactly(1, 3);
    assertThat(device.stacks).containsExactly(2, 3);
    assertThat(backend.used().launches()).isEqualTo(2);
    assertThat(backend.name()).isEqualTo("a device");
  }

  @Test
  void whereAStepIsTakenChangesNothingLearned() {
    TrainingStep few = step(3, 2);
    TrainingStep many = step(3, 2);
    TrainingStep reference = step(3, 2);
    NetworkBackend backend = new LargeStacksBackend(device, host, Map.of(few.shape(), 2));

    backend.step(List.of(few));
    backend.step(List.of(many, step(3, 2)));
    new ReferenceBackend().step(List.of(reference));

    assertThat(logits(backend, few)).isEqualTo(logits(backend, reference));
    assertThat(logits(backend, many)).isEqualTo(logits(backend, reference));
    assertThat(host.forward).isEqualTo(4);
    assertThat(device.forward).isZero();
  }

  @Test
  void closesBoth() {
    new LargeStacksBackend(device, host, Map.of()).close();

    assertThat(device.closed && host.closed).isTrue();
  }

  private static float[] logits(NetworkBackend backend, TrainingStep step) {
    float[] logits = new float[2 * step.network().outputs()];
    backend.forward(List.of(new ForwardPass(step.network(), step.inputs(), null, 2, logits)));
    return logits;
  }

  private static TrainingStep step(int inputs, int outputs) {
    float[] x = new float[2 * inputs];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / 8f;
    }
    return new TrainingStep(
        Mlp.xavier(7, inputs, 4, outputs), Loss.BINARY, x, null, new float[2 * outputs], 2, 0.01);
  }
}
